"""Which processes of a cluster live."""

from pathlib import Path

from backend.operating.cluster import Cluster


def processes_of(cluster: Cluster) -> list[int]:
    """Every process that works in the cluster's folder: the server and all its backends."""
    return [
        int(process.name) for process in Path("/proc").glob("[0-9]*") if _works_in(cluster.folder, process)
    ]


def _works_in(folder: Path, process: Path) -> bool:
    try:
        return (process / "cwd").samefile(folder)
    except OSError:
        return False  # ended meanwhile, or a zombie
