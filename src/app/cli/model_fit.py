"""`skald models fit MODEL`: whether a model file fits this machine, how its memory divides, how fast it will be."""

from __future__ import annotations

from dataclasses import asdict

from app import i18n
from app.cli.workplace import Workplace
from app.domain.fit import Fit, Machine, forecast
from app.domain.language_model import ModelFile


def fit(workplace: Workplace, name: str | None, machine: Machine | None = None) -> None:
    """Shows the forecast for a model file of the library or a path; ``machine`` is this one where none is given.

    Raises what `Library.resolve` raises.
    """
    from app.library.fit import shape_of_file
    from app.services.machine import MachineProbe, without_devices

    model_file = workplace.library.resolve(name)
    shape = shape_of_file(model_file.path)
    machine = machine or MachineProbe().look()
    settings = workplace.settings
    if settings.n_gpu_layers == 0:
        machine = without_devices(machine)
    found = forecast(shape, machine, n_ctx=settings.n_ctx)
    if workplace.output.is_json:
        workplace.output.record(_record(model_file, found, machine))
    else:
        _tell(workplace, model_file, found, machine)


def _record(model_file: ModelFile, found: Fit, machine: Machine) -> dict[str, object]:
    from app.services.fit_text import fit_text

    memory = {**asdict(found.memory), "used": found.memory.used}
    values = {**asdict(found), "memory": memory}
    return {
        "name": model_file.name,
        "path": str(model_file.path),
        **values,
        "machine": asdict(machine),
        "text": fit_text(found),
    }


def _tell(workplace: Workplace, model_file: ModelFile, found: Fit, machine: Machine) -> None:
    from app.services.fit_text import fit_text

    output = workplace.output
    output.text(f"{model_file.name}: {fit_text(found)}\n")
    parts = {**asdict(found.memory), "free": machine.free_bytes}
    rows = [[i18n.text(f"cli.fit.{part}"), i18n.size(size)] for part, size in parts.items()]
    rows += [[device.name, i18n.size(device.free_bytes)] for device in machine.devices]
    rows.append([i18n.text("cli.fit.context"), str(found.n_ctx)])
    if machine.devices:
        rows.append([i18n.text("cli.fit.layers"), f"{found.gpu_layers}/{found.layers}"])
    output.table([[f"  {label}", value] for label, value in rows])
