"""The documents of OGC API – Features Part 1: landing page, conformance, collections."""

from typing import Any

from backend.layers import PublishedLayer
from backend.register.geojson import GEOJSON
from tiles.grid import Bounds

JSON = "application/json"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
# Only what is tested here is claimed: the API's own description is OpenAPI 3.1, so `oas30` is not.
CONFORMS_TO = (
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
)


def link(href: str, rel: str, media_type: str, title: str) -> dict[str, str]:
    """A link as OGC API documents carry it."""
    return {"href": href, "rel": rel, "type": media_type, "title": title}


def landing_page(root: str, site: str) -> dict[str, Any]:
    """Where a client starts; `root` is the address of this API, `site` that of the service."""
    return {
        "title": "安全风险电子地图",
        "description": "企业、风险分区、防护目标与交通干线 / Enterprises, risk zones, receptors and corridors",
        "links": [
            link(root, "self", JSON, "本页 / This document"),
            link(
                f"{site}/openapi.json", "service-desc", "application/vnd.oai.openapi+json;version=3.1", "API"
            ),
            link(f"{site}/docs", "service-doc", "text/html", "API 文档 / API documentation"),
            link(f"{root}/conformance", "conformance", JSON, "一致性声明 / Conformance classes"),
            link(f"{root}/collections", "data", JSON, "数据集 / Collections"),
        ],
    }


def collection(layer: PublishedLayer, root: str, extent: Bounds | None) -> dict[str, Any]:
    """One layer as a collection of features."""
    here = f"{root}/collections/{layer.name}"
    document: dict[str, Any] = {
        "id": layer.name,
        "title": f"{layer.tiles.title} / {layer.title_en}",
        "itemType": "feature",
        "crs": [CRS84],
        "links": [
            link(here, "self", JSON, layer.tiles.title),
            link(f"{here}/items", "items", GEOJSON, f"{layer.tiles.title} GeoJSON"),
        ],
    }
    if extent is not None:
        document["extent"] = {"spatial": {"bbox": [list(extent)], "crs": CRS84}}
    return document


def collections(documents: list[dict[str, Any]], root: str) -> dict[str, Any]:
    """All collections."""
    return {
        "links": [link(f"{root}/collections", "self", JSON, "数据集 / Collections")],
        "collections": documents,
    }
