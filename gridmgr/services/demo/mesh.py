"""A planar mesh: vertices, edges and the faces on either side of each edge.

Everything is noded once; from then on a grid of any level is the area inside
the edges where its label meets another, so all levels share their borders
vertex for vertex.
"""

import dataclasses

import numpy as np
import shapely

SNAP_M = 0.001


@dataclasses.dataclass(frozen=True)
class Mesh:
    """Edges between vertices, with the face on the left and on the right (-1 is outside).

    vertices : float, shape (n, 2), metres; edges : int, shape (m, 2);
    left, right : int, shape (m,); faces : ndarray of Polygon.
    """

    vertices: np.ndarray
    edges: np.ndarray
    left: np.ndarray
    right: np.ndarray
    faces: np.ndarray


def mesh_of(lines, frame):
    """Return the mesh that ``lines`` and the ring of ``frame`` cut out of ``frame``."""
    noded = shapely.unary_union(np.append(lines, frame.boundary), grid_size=SNAP_M)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    inside = shapely.contains_properly(frame, shapely.point_on_surface(faces))
    faces = shapely.orient_polygons(faces[inside])
    return Mesh(*sides_of(faces), faces)


def sides_of(faces):
    """Return vertices, edges and the faces left and right of them, from counterclockwise ``faces``."""
    rings, face_of_ring = shapely.get_rings(faces, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    vertices, number = np.unique(points, axis=0, return_inverse=True)
    starts = np.flatnonzero(ring[1:] == ring[:-1])
    here, there, face = number[starts], number[starts + 1], face_of_ring[ring[starts]]
    key = np.minimum(here, there) * len(vertices) + np.maximum(here, there)
    edge_keys, edge = np.unique(key, return_inverse=True)
    left, right = np.full(len(edge_keys), -1), np.full(len(edge_keys), -1)
    forward = here < there
    left[edge[forward]] = face[forward]
    right[edge[~forward]] = face[~forward]
    return vertices, np.stack([edge_keys // len(vertices), edge_keys % len(vertices)], axis=1), left, right


def label_pairs(mesh, labels):
    """Return for each edge the labels on its left and right, -1 outside."""
    padded = np.append(labels, -1)
    return padded[mesh.left], padded[mesh.right]


def lengths(mesh):
    """Return the length of each edge; m."""
    return np.hypot(*(mesh.vertices[mesh.edges[:, 0]] - mesh.vertices[mesh.edges[:, 1]]).T)


def neighbours(mesh, labels):
    """Return {label: {neighbouring label: length of their shared border in metres}}; -1 is outside."""
    one, other = label_pairs(mesh, labels)
    between = one != other
    found: dict = {}
    for a, b, length in zip(
        one[between].tolist(), other[between].tolist(), lengths(mesh)[between].tolist(), strict=True
    ):
        found.setdefault(a, {}).setdefault(b, 0.0)
        found.setdefault(b, {}).setdefault(a, 0.0)
        found[a][b] += length
        found[b][a] += length
    return found


def pieces_of(mesh, labels):
    """Return for each face the number of the connected piece of equal labels it lies in."""
    one, other = label_pairs(mesh, labels)
    joins = (one == other) & (mesh.left >= 0) & (mesh.right >= 0)
    piece = np.arange(len(mesh.faces))
    a, b = mesh.left[joins], mesh.right[joins]
    while True:
        low = np.minimum(piece[a], piece[b])
        np.minimum.at(piece, piece[a], low)
        np.minimum.at(piece, piece[b], low)
        if (piece[a] == piece[b]).all():
            return piece
        piece = piece[piece]


def areas_by_label(lines, one, other, labels):
    """Return the area of each of ``labels`` inside its border.

    lines : ndarray of LineString, the edges; one, other : int, the labels beside each edge.
    """
    between = np.flatnonzero(one != other)
    side = np.concatenate([one[between], other[between]])
    line = np.concatenate([lines[between], lines[between]])
    order = np.argsort(side, kind="stable")
    side, line = side[order], line[order]
    known, index = np.unique(side, return_inverse=True)
    borders = shapely.multilinestrings(line, indices=index)
    shapes = dict(zip(known.tolist(), shapely.build_area(borders), strict=True))
    return np.array([shapes[label] for label in labels], dtype=object)
