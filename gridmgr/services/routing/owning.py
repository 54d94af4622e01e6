"""Everybody who owns a thing on one street: one place, nine categories, nine departments."""

from gridmgr.services import routing

# The seed's list of what stands on a street. Source: domain handbook, section 1.2.
STREET = {
    "01002": "manhole",
    "06012": "broom",
    "04013": "tree",
    "02017": "rail",
    "01030": "pole",
    "06999": "shop",
    "06016": "car",
    "06004": "building",
    "06025": "water",
}


def street(knowledge, x, y, *, crs="wgs84", at, accuracy_m=None):
    """Return [(category code, icon, Decision)] for the things of a street that the city has categories for."""
    return [
        (code, icon, routing.where(knowledge, x, y, crs=crs, category=code, at=at, accuracy_m=accuracy_m))
        for code, icon in STREET.items()
        if code in knowledge.facts.categories
    ]
