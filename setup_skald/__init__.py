"""What `run.py` does before the program starts. Standard library only: nothing is installed yet when it runs.

`start` decides what a call asks for; `stamp` tells in a few milliseconds whether anything has changed. Where something
has, `setup` checks the machine (`checks`), adds what is missing (`system_packages`), fills `.venv` (`environment`) and
builds llama.cpp once (`engine_wheel`). Everything outside is reached through `host`, so that tests can stand in for it.
"""
