"""The house's rules that a machine can check: who may import whom, and what each package says it offers."""

import ast
import importlib
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import lpd

ROOT = Path(__file__).resolve().parents[1]

LEVELS = [
    {"databases", "errors", "names", "progress", "storage", "words"},
    {"captions", "checkpoints", "collection", "features", "trec"},
    {
        "cards",
        "diversity",
        "editions",
        "embeddings",
        "evaluation",
        "fusion",
        "published",
        "rerank",
        "tables",
        "workspace",
    }
    | {"exports", "judging", "list_comparison", "maps", "notebook", "rank_overlap", "space_order"},
    {"caption_ranks", "losses", "models", "pretrained", "text", "video"},
    {"checkpoints.official", "search", "training"},
    {"services"},
    {"demo"},
    {"reproduce"},
    {"cli", "__main__"},
]
LEVEL_OF = {name: level for level, names in enumerate(LEVELS) for name in names}
TORCH_FREE = {name for level in LEVELS[:3] for name in level} | {"cli", "__main__"}


def python_files(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


def module_level_imports(path: Path) -> list[str]:
    """Returns the modules imported when the file is imported; those for type checkers only are left out."""
    found: list[str] = []
    pending: list[ast.stmt] = list(ast.parse(path.read_text(encoding="utf-8")).body)
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.append(node.module)
        elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            pending += node.orelse
        elif isinstance(node, ast.If | ast.Try | ast.With):
            pending += node.body
    return found


def all_imports(path: Path) -> list[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    return found + [
        node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module
    ]


def part_of(path: Path) -> str:
    return part_named(".".join(path.relative_to(ROOT).with_suffix("").parts))


def part_named(module: str) -> str:
    """Returns the part of `lpd.models.laff`: `models`; what makes models of files is a part of its own."""
    first, _, second = module.removeprefix("lpd.").partition(".")
    inner = f"{first}.{second.partition('.')[0]}"
    return inner if inner in LEVEL_OF else first


@pytest.mark.parametrize("path", python_files("lpd"), ids=lambda path: str(path.relative_to(ROOT)))
def test_dependencies_point_down(path: Path) -> None:
    part = part_of(path)
    if part == "__init__":
        return
    assert part in LEVEL_OF, f"{part} has no level in the architecture test"
    for module in module_level_imports(path):
        if module.startswith("lpd."):
            other = part_named(module)
            assert LEVEL_OF[other] <= LEVEL_OF[part], f"{path} imports {module}"


@pytest.mark.parametrize("path", python_files("lpd"), ids=lambda path: str(path.relative_to(ROOT)))
def test_lpd_never_knows_streamlit_or_the_app(path: Path) -> None:
    assert not [module for module in all_imports(path) if module.split(".")[0] in ("streamlit", "app")]


@pytest.mark.parametrize("path", python_files("app"), ids=lambda path: str(path.relative_to(ROOT)))
def test_the_app_knows_neither_torch_nor_faiss(path: Path) -> None:
    assert not [module for module in all_imports(path) if module.split(".")[0] in ("torch", "faiss")]


def test_session_state_and_caches_have_one_home() -> None:
    for path in python_files("app"):
        text = path.read_text(encoding="utf-8")
        if path.name != "state.py":
            assert "st.session_state" not in text, f"{path} touches the session's state"
            assert "st.query_params" not in text, f"{path} touches the URL"
        if path.parent != ROOT / "app" / "resources":
            assert "cache_resource" not in text, f"{path} decorates a cache"
            assert "cache_data" not in text, f"{path} decorates a cache"


@pytest.mark.parametrize("folder", ["models", "losses"])
def test_models_and_losses_know_no_files(folder: str) -> None:
    for path in python_files(f"lpd/{folder}"):
        imported = {module.split(".")[0] for module in all_imports(path)}
        assert not {"pathlib", "os", "io", "faiss"} & imported, path


@pytest.mark.parametrize("path", [p for p in python_files("lpd") if part_of(p) in TORCH_FREE], ids=str)
def test_light_parts_import_no_torch(path: Path) -> None:
    assert "torch" not in {module.split(".")[0] for module in module_level_imports(path)}


def test_command_line_help_starts_without_torch() -> None:
    heavy = ("torch", "faiss", "streamlit")
    code = f"import sys, lpd, lpd.cli; sys.exit(any(name in sys.modules for name in {heavy}))"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def packages() -> list[str]:
    found = [name for _, name, is_package in pkgutil.walk_packages(lpd.__path__, "lpd.") if is_package]
    return ["lpd", *found]


@pytest.mark.parametrize("name", packages())
def test_packages_say_what_they_offer(name: str) -> None:
    module = importlib.import_module(name)
    offered = list(module.__all__)
    assert offered == sorted(offered, key=_ruff_order), f"{name}.__all__ is not sorted"
    assert len(set(offered)) == len(offered)
    missing = [one for one in offered if not hasattr(module, one)]
    assert not missing
    assert module.__doc__


def _ruff_order(name: str) -> tuple[int, str]:
    """Constants, then classes, then the rest, as ruff's RUF022 sorts."""
    if name.isupper() and len(name) > 1:
        return (0, name)
    return (1 if name[:1].isupper() else 2, name)


def test_no_module_is_a_drawer() -> None:
    drawers = {"utils", "common", "helpers", "misc"}
    files = [path for folder in ("lpd", "app", "tests") for path in python_files(folder)]
    assert not [path for path in files if path.stem in drawers]
