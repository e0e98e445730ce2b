"""The values of the product and its known errors; standard library only."""
