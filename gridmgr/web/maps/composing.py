"""Maps composed with folium, as parts: addresses, markup, and a script that holds no name or code of the city.

folium brings pandas along and takes a second to come: :mod:`gridmgr.web.maps`
asks for this module when the first map is wanted, or ahead of it.
"""

import dataclasses
import functools
import hashlib

import folium
from branca.element import CssLink, JavascriptLink, MacroElement
from folium.plugins import MarkerCluster
from folium.template import Template

VENDOR = "/static/vendor/"
LEAFLET = {
    "js": [("leaflet", f"{VENDOR}leaflet/leaflet.js")],
    "css": [("leaflet_css", f"{VENDOR}leaflet/leaflet.css")],
}
CLUSTER_RADIUS_PX = 54
CLUSTERS_SPLIT_AT_ZOOM = 17
FARTHEST_ZOOM, NEAREST_ZOOM = 7, 19


class CityMap(folium.Map):
    """A folium map whose scripts and styles come from this server, without Bootstrap or jQuery."""

    default_js = LEAFLET["js"]
    default_css = LEAFLET["css"]


class Cases(MarkerCluster):
    """Cases that stand close together, as one ring; filled by the page."""

    default_js = [("markerclusterjs", f"{VENDOR}markercluster/leaflet.markercluster.js")]  # noqa: RUF012
    default_css = [("markerclustercss", f"{VENDOR}markercluster/MarkerCluster.css")]  # noqa: RUF012


class GridTiles(MacroElement):
    """The grids from vector tiles, drawn by the page's own module on this map."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            L.gridmgr = {
                map: {{ this._parent.get_name() }},
                cases: {{ this.cases.get_name() if this.cases else "null" }},
            };
        {% endmacro %}
        """
    )

    def __init__(self, cases=None):
        super().__init__()
        self._name = "GridTiles"
        self.cases = cases


@dataclasses.dataclass(frozen=True)
class Parts:
    """What a page prints to show a map: addresses, markup, and one script with its address."""

    styles: tuple[str, ...]
    scripts: tuple[str, ...]
    markup: str
    script: str
    digest: str

    @property
    def address(self):
        """The address of the script; it changes with its content."""
        return f"/map/{self.digest}.js"


@functools.cache
def workplace_map():
    """Return the parts of the supervisor's map: pan, zoom, grids and cases."""
    city = composed("city", zoom_control=False, keyboard=False, box_zoom=True)
    cases = named(
        Cases(
            options={
                "maxClusterRadius": CLUSTER_RADIUS_PX,
                "disableClusteringAtZoom": CLUSTERS_SPLIT_AT_ZOOM,
                "showCoverageOnHover": False,
                "spiderfyOnMaxZoom": False,
                "chunkedLoading": True,
                "animate": False,
            },
            control=False,
        ),
        "cases",
    )
    city.add_child(cases)
    city.add_child(named(GridTiles(cases), "grids"))
    return parts(city)


@functools.cache
def picture_map():
    """Return the parts of a map that is only looked at: the landing and sign-in pages."""
    still = dict.fromkeys(
        ("dragging", "scroll_wheel_zoom", "double_click_zoom", "touch_zoom", "box_zoom", "keyboard"), False
    )
    picture = composed("picture", zoom_control=False, **still)
    picture.add_child(named(GridTiles(), "grids"))
    return parts(picture)


def composed(name, **options):
    """Return an empty map without a basemap; the page moves it to the city."""
    city = CityMap(
        location=(0, 0),
        zoom_start=8,
        tiles=None,
        minZoom=FARTHEST_ZOOM,
        maxZoom=NEAREST_ZOOM,
        attribution_control=False,
        world_copy_jump=False,
        fade_animation=False,
        **options,
    )
    return named(city, name)


def named(element, name):
    """Return ``element`` under a fixed id, so that every worker renders the same script."""
    element._id = name
    return element


def parts(city):
    """Render ``city`` and return its parts; folium's own header is left out."""
    figure = city.get_root()
    figure.render()
    header = figure.header._children.values()
    script = figure.script.render()
    return Parts(
        styles=tuple(child.url for child in header if isinstance(child, CssLink)),
        scripts=tuple(child.url for child in header if isinstance(child, JavascriptLink)),
        markup=figure.html.render(),
        script=script,
        digest=hashlib.sha256(script.encode()).hexdigest()[:20],
    )
