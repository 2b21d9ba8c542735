"""lpd encode, train, index."""

from typing import TYPE_CHECKING, Annotated

import typer

from lpd.cli.options import JsonOption, WorkspaceOption, opened
from lpd.cli.output import drawn_progress, note, print_json
from lpd.errors import LpdError
from lpd.progress import both, no_progress
from lpd.workspace import Workspace

if TYPE_CHECKING:
    from lpd.services.jobs.training_request import ModelRequest

__all__ = ["add_to"]


def add_to(app: typer.Typer) -> None:
    """Adds the verbs of this group."""
    app.command()(encode)
    app.command()(train)
    app.command()(index)


def encode(
    sets: Annotated[
        list[str] | None, typer.Argument(metavar="[SET...]", help="Caption sets or editions to encode.")
    ] = None,
    fit_on: Annotated[str | None, typer.Option(help="Fit the encoders on this caption set first.")] = None,
    validate_on: Annotated[str | None, typer.Option(help="Captions that stop the bi-GRU's training.")] = None,
    feature: Annotated[
        list[str] | None,
        typer.Option(
            help="bow, w2v, bigru, bow_nsw, tokens, concepts; without --fit-on any encoder here by its name; "
            "repeatable. Else the first three are fitted, and all that are here encode."
        ),
    ] = None,
    seed: Annotated[int, typer.Option(help="Of whatever is random in fitting.")] = 0,
    device: Annotated[str, typer.Option(help="auto, cpu or cuda.")] = "auto",
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """Captions and topics to text features; with --fit-on, the encoders are fitted first."""
    from lpd.services.encoding import DEFAULT_TEXT_FEATURES, FitSettings, encode_texts, fit_text_encoders

    space = opened(workspace)
    progress = drawn_progress()
    if fit_on is not None:
        kinds = feature or list(DEFAULT_TEXT_FEATURES)
        settings = FitSettings(seed=seed, device=device)
        fit_text_encoders(
            space, kinds, captions=fit_on, validation=validate_on, settings=settings, progress=progress
        )
    chosen = list(sets or [])
    chosen += [name for name in (fit_on, validate_on) if name is not None and name not in chosen]
    made = {name: encode_texts(space, name, feature, device=device, progress=progress) for name in chosen}
    if json:
        print_json({"encoded": made})
    else:
        note(
            "\n".join(f"{name}: {', '.join(features)}" for name, features in made.items())
            or "nothing to encode"
        )


def train(
    system: Annotated[
        str,
        typer.Argument(
            help="lpd, laff, sea, txv, w2vvpp, dual-encoding, dual-encoding-full, dual-task, dual-task-full, "
            "ridge, zero-shot; over frames: clip4clip, teachclip; re-rankers: xclip, ts2net."
        ),
    ],
    captions: Annotated[
        str, typer.Option(help="Caption set to train on; several as A,B. zero-shot needs none.")
    ] = "",
    validation: Annotated[
        str, typer.Option(help="Caption set of other shots, which selects the epoch.")
    ] = "",
    name: Annotated[str | None, typer.Option(help="Name of the model; else the system's.")] = None,
    text_feature: Annotated[list[str] | None, typer.Option(help="Repeatable; else all encoded ones.")] = None,
    video_feature: Annotated[
        list[str] | None,
        typer.Option(
            help="Repeatable; else all of the collection. Appended ones as a+b, sampled frames as frames:a."
        ),
    ] = None,
    preset: Annotated[
        str, typer.Option(help="lpd-recipe (one for all), paper-literal, original (the authors').")
    ] = "lpd-recipe",
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="A training setting, as dcl_weight=0; repeatable."),
    ] = None,
    width: Annotated[int, typer.Option(help="Dimension of the common spaces.")] = 512,
    heads: Annotated[
        int | None, typer.Option(help="Heads of laff; else as many as there are features.")
    ] = None,
    encoder: Annotated[
        list[str] | None,
        typer.Option(
            help="A text encoder trained inside of the model: gru, bigru, netvlad; sizes as gru:hidden=256."
        ),
    ] = None,
    option: Annotated[
        list[str] | None,
        typer.Option(metavar="KEY=VALUE", help="A setting of the system, as two_layer=false; repeatable."),
    ] = None,
    init_from: Annotated[str | None, typer.Option(help="Begin with the weights of this model.")] = None,
    teacher: Annotated[
        list[str] | None, typer.Option(help="xclip or ts2net model that teachclip learns from; repeatable.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Of weights, batches and dropout.")] = 0,
    device: Annotated[str, typer.Option(help="auto, cpu or cuda.")] = "auto",
    resume: Annotated[bool, typer.Option(help="Go on where a killed training stopped.")] = False,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """Train a model on captioned shots; the best epoch on the validation captions is kept."""
    from lpd.services.jobs.watched_training import watched_training
    from lpd.services.training import ModelRequest, train_model, training_settings
    from lpd.training import launched

    request = ModelRequest(
        name=name or system,
        system=system,
        captions=captions,
        validation=validation,
        text_features=tuple(text_feature or ()),
        video_features=tuple(video_feature or ()),
        preset=preset,
        settings=tuple(set_ or ()),
        width=width,
        heads=heads,
        encoders=tuple(encoder or ()),
        options=tuple(option or ()),
        init_from=init_from,
        teachers=tuple(teacher or ()),
        seed=seed,
        device=device,
    )
    space = opened(workspace)
    if not captions:
        _make_without_captions(space, request, json=json)
        return
    with (
        watched_training(space, request, resume=resume) as watched,
        launched(training_settings(request).device) as processes,
    ):
        # drawn for nobody, a bar would only fill the log
        drawn = no_progress if watched.started_for_another else drawn_progress()
        report = watched.report = train_model(
            space,
            request,
            resume=resume,
            progress=both(drawn, watched.progress),
            processes=processes,
            stop_asked=watched.stop_asked,
        )
    if not processes.first:
        return
    if json:
        print_json(report)
    else:
        best, seconds = report["best"], report["seconds"]
        note(f"{report['name']}: epoch {best['epoch']}, validation mAP {best['mAP']:.4f}, {seconds:.0f} s")
        extra = report["extra_hard_negatives"]
        if extra is not None:
            note(f"the spaces bring {extra:.0%} more distinct hard negatives than one per text")


def _make_without_captions(space: Workspace, request: "ModelRequest", *, json: bool) -> None:
    """Makes the model of a system that learns nothing.

    Raises:
        LpdError: for any other system, or if more than the two features and options are given.
    """
    from lpd.services.zero_shot import make_zero_shot

    if request.system != "zero-shot" or request.validation:
        raise LpdError(
            "no captions to train on",
            expected="--captions SET",
            next_step="lpd import captions FILE --set train, then --captions train",
        )
    if len(request.text_features) != 1 or len(request.video_features) != 1:
        raise LpdError(
            "a zero-shot pair", expected="one --text-feature and one --video-feature of the same model"
        )
    idle = [
        name for name in ("settings", "heads", "encoders", "init_from", "teachers") if getattr(request, name)
    ]
    if idle:
        raise LpdError("nothing is learnt without captions", found=f"{', '.join(idle)} that would say how")
    name = make_zero_shot(
        space,
        request.text_features[0],
        video_feature=request.video_features[0],
        name=request.name,
        options=request.options,
    )
    if json:
        print_json({"name": name, "digest": space.model_card(name).digest})
    else:
        note(f"{name} is made, nothing was learnt; next: lpd index --model {name} --collection NAME")


def index(
    model: Annotated[str, typer.Option(help="Name of the model.")],
    collection: Annotated[str, typer.Option(help="Name of the collection.")],
    kind: Annotated[
        str,
        typer.Option(
            help="exact; quantised (8-bit codes, for large collections; one that was stopped goes on); "
            "milvus (at LPD_MILVUS_URI); or auto: exact up to 512 MiB of float32, else quantised."
        ),
    ] = "auto",
    device: Annotated[str, typer.Option(help="auto, cpu or cuda.")] = "auto",
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """Embed a collection with a model, ready for live queries."""
    from lpd.services.indexing import index_collection

    space = opened(workspace)
    made = index_collection(space, model, collection, kind=kind, device=device, progress=drawn_progress())
    folder = space.index_folder(model, collection)
    if json:
        print_json({"model": model, "collection": collection, "index": str(folder), "kind": made})
    else:
        query = "'your query'" if space.model_card(model).has_weights else "TOPIC"
        note(f"{folder} ({made}) is ready: lpd search --model {model} --collection {collection} {query}")
