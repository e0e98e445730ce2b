"""`skald models fit MODEL`: whether a model file fits this machine, how its memory divides, how fast it will be."""

from __future__ import annotations

from dataclasses import asdict

from app import i18n
from app.cli.workplace import Workplace
from app.domain.fit import Fit, Machine
from app.domain.language_model import ModelFile

PARTS = ("weights", "cache", "compute", "process", "mapped", "reserve")


def fit(workplace: Workplace, name: str | None, machine: Machine | None = None) -> None:
    """Shows the forecast for a model file of the library or a path; ``machine`` is this one where none is given.

    Raises what `Library.resolve` raises.
    """
    from app.library.fit import shape_of_file
    from app.services.describing_load import describe_load
    from app.services.local_fit import fit_of, machine_of
    from app.services.machine import MachineProbe
    from app.services.measuring import PlannedLoad, measured_load

    model_file = workplace.library.resolve(name)
    shape = shape_of_file(model_file.path)
    request = describe_load(model_file, workplace.settings, workplace.model_settings(model_file.name))
    machine = machine_of(machine or MachineProbe().look(), request)
    load = PlannedLoad(request, measured_load(workplace.measured, request, shape.trained_context))
    found = fit_of(shape, machine, load)
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
    rows = [[i18n.text(f"cli.fit.{part}"), i18n.size(getattr(found.memory, part))] for part in PARTS]
    rows.append([i18n.text("cli.fit.context"), str(found.n_ctx)])
    if machine.devices:
        rows.append([i18n.text("cli.fit.layers"), f"{found.gpu_layers}/{found.layers}"])
    free = {"CPU": machine.free_bytes, **{device.name: device.free_bytes for device in machine.devices}}
    for use in found.devices:
        of_free = i18n.text("cli.fit.of_free", used=i18n.size(use.used), free=i18n.size(free.get(use.device, 0)))
        rows.append([i18n.text("cli.fit.on", device=use.device), of_free])
    rows.append([i18n.text("cli.fit.source"), i18n.text(f"cli.fit.source.{_source(found)}")])
    output.table([[f"  {label}", value] for label, value in rows])


def _source(found: Fit) -> str:
    return "measured" if found.is_measured else "size" if found.is_estimated else "header"
