import { api } from "../api.js";
import { t } from "../i18n.js";
import { page } from "../pageData.js";
import { toast } from "../toast.js";
import { gridName } from "./gridName.js";
import { createLand } from "./land/createLand.js";
import { snapTo } from "./land/snapTo.js";
import { boxOf } from "./land/boxOf.js";
import { mergeFindings } from "./mergeFindings.js";
import { conflictDialog } from "./review/conflictDialog.js";

const REACH_PX = 9;
const PREVIEW_MS = 250;
const PAD = 0.6;
const FLAG_MS = 6000;

/**
 * Return the workbench: the neighbourhood that is edited, and every change that goes to the server, one at a time.
 * @param {number} id of the draft
 * @param {{map: L.Map, state: object, sketch: object, streets: Function, redraw: Function, tell: Function, choose: Function, tip: Function}} parts
 */
export function createBench(id, { map, state, sketch, streets, redraw, tell, choose, tip }) {
  let land = null;
  let asked = null;
  let previewed = null;
  let previewing = 0;
  const look = { moving: new Map(), hovered: null, marked: new Map(), hoveredGrid: null };

  /** Fetch the arcs round the view, unless they are here and still those of this revision. */
  async function refresh() {
    if (!state.get("isNear")) return;
    const bounds = toBox(map.getBounds());
    if (land?.revision === state.get("revision") && land.covers(bounds)) return;
    const box = toBox(map.getBounds().pad(PAD));
    const mine = (asked = {});
    try {
      const answer = await api.drafts.arcs(id, box);
      if (asked !== mine) return;
      land = createLand(answer, box);
      look.hovered = null;
      state.set({ arc: null, landKey: `${answer.revision} ${box}` });
    } catch (problem) {
      say(problem);
    }
  }

  /** Send an edit; `inDialog` throws why it is refused, for the dialog to say. */
  async function post(edit, { inDialog = false } = {}) {
    if (!state.get("canEdit")) return refuse(state.get("whyNot") || t("This draft cannot be changed now."), null);
    return change((revision) => api.drafts.edit(id, { revision, edit, reason: state.get("reason") }), inDialog);
  }

  /** Send a change, take over what it did, say why where it was refused; return the answer or null. */
  async function change(send, inDialog = false) {
    stopPreview();
    state.set({ isBusy: true });
    try {
      const answer = await send(state.get("revision"));
      await took(answer);
      return answer;
    } catch (problem) {
      return await failed(problem, send, inDialog);
    } finally {
      state.set({ isBusy: false });
    }
  }

  async function took({ revision, findings, changed: { features }, removed, looked_at: lookedAt }) {
    const changed = new Set([...features.map(({ id: code }) => code), ...removed]);
    state.set({ revision, findings: mergeFindings(state.get("findings"), findings, { changed, lookedAt: new Set(lookedAt) }) });
    await Promise.all([refresh(), reload()]);
  }

  /** Fetch the draft anew: its edits, comments and state. */
  async function reload() {
    const { draft, edits, checkpoints, comments, can_undo, can_redo } = await api.drafts.one(id);
    state.set({ draft, edits, checkpoints, comments, canUndo: can_undo, canRedo: can_redo, revision: draft.revision ?? state.get("revision"), ...rightsIn(draft) });
    return draft;
  }

  /** Take over what others have done meanwhile, unless something is in the making here. */
  async function catchUp() {
    if (state.get("isBusy") || look.moving.size || state.get("draft")?.status === "published") return;
    const before = state.get("revision");
    await reload();
    if (state.get("revision") === before) return;
    await refresh();
    const last = state.get("edits").filter(({ undone }) => !undone).at(-1);
    toast(last ? t("{name} changed the draft: {what}", { name: last.made_by, what: last.text }) : t("Somebody else changed the draft"));
  }

  async function failed(problem, send, inDialog) {
    if (!("status" in problem)) throw problem;
    const isConflict = problem.type?.endsWith("draft-moved-on");
    if (isConflict) {
      await reload();
      await refresh();
    }
    if (inDialog) throw problem;
    if (isConflict) conflictDialog(problem, () => change(send));
    else refuse(problem.message, placeOf(problem));
    return null;
  }

  function say(problem) {
    if (!("status" in problem)) throw problem;
    toast(problem.message, { name: "alert" });
  }

  /** Say why something is not done, and show where. */
  function refuse(text, at) {
    toast(text, { name: "alert" });
    if (at) {
      sketch.flag("flag", at, t("Refused here"));
      if (!map.getBounds().contains([at[1], at[0]])) map.panTo([at[1], at[0]]);
      setTimeout(() => sketch.flag("flag", null), FLAG_MS);
    }
    return null;
  }

  /** Ask, without writing, what an edit would move; only the latest question is answered. */
  function preview(edit, shown) {
    const first = !previewed;
    previewed = { edit, shown };
    if (first) previewing = setTimeout(askPreview, PREVIEW_MS);
  }

  async function askPreview() {
    const { edit, shown } = previewed;
    const before = previewed;
    const answer = await api.drafts.tryEdit(id, { revision: state.get("revision"), edit, reason: "" }).catch((problem) => problem);
    if (!previewed) return;
    if (answer.moved && previewed === before) shown(answer.moved);
    if (previewed === before) previewed = null;
    else previewing = setTimeout(askPreview, PREVIEW_MS);
  }

  function stopPreview() {
    clearTimeout(previewing);
    previewed = null;
  }

  /** Return what a spot snaps to, or null. `own` are the arcs that are being moved. */
  function snap(spot, own) {
    const kinds = state.get("snap");
    if (!kinds.size || !land) return null;
    const targets = [...(kinds.has("node") ? corners(land, own) : []), ...(kinds.has("arc") ? borders(land, own) : []), ...streets(kinds)];
    return snapTo(spot, targets, state.get("tolerance"));
  }

  /** Return why these grids are not to be edited, or null. */
  function whyLocked(codes, isLockedArc = false) {
    if (!state.get("canEdit")) return state.get("whyNot");
    if (isLockedArc) return t("This border belongs to a level above: this draft does not move it.");
    const mine = codes.map((code) => code && land?.ownerOf(code)).find((owner) => state.get("locked").has(owner));
    return mine ? t("{grid} is locked: unlock it first.", { grid: gridName(land, mine) }) : null;
  }

  return {
    id, map, state, sketch, post, change, reload, refresh, catchUp, refuse, preview, snap, whyLocked, look, choose,
    land: () => land,
    say: tell,
    reach: () => REACH_PX * metresPerPixel(map),
    gridAt: (spot, { isFine = false } = {}) => {
      const code = land?.codeAt(spot) ?? null;
      return code === null || isFine ? code : land.ownerOf(code);
    },
    membersOf: (code) => (land.own.has(code) ? [code] : land.membersOf(code)),
    moving: (lines) => ((look.moving = lines), redraw()),
    mark: (fills) => ((look.marked = fills), redraw()),
    hover: (number, arc = null) => {
      tip(number === null ? null : arc);
      if (look.hovered === number) return;
      look.hovered = number;
      redraw();
    },
    hoverGrid: (code) => {
      if (look.hoveredGrid === code) return;
      look.hoveredGrid = code;
      redraw();
    },
  };
}

/** Say what the reader may do with a draft in its present state. */
function rightsIn({ status }) {
  const isOpen = status === "open";
  return { isOpen, canEdit: isOpen && mayEdit, whyNot: !mayEdit ? t("Only planners change drafts.") : isOpen ? "" : t("A draft under review is not changed: have it returned first.") };
}

const mayEdit = page.may.edit;

function toBox(bounds) {
  return [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()].map((value) => Math.round(value * 1e6) / 1e6);
}

function placeOf({ place, lon, lat }) {
  if (Array.isArray(place)) return place;
  return Number.isFinite(lon) ? [lon, lat] : null;
}

function corners(land, own) {
  return land.nodes.filter(({ at }) => !land.arcsAtNode(at).every((number) => own.has(number))).map(({ at }) => ({ kind: "node", line: [at], box: boxOf([at]) }));
}

function borders(land, own) {
  return land.arcs.filter(({ number }) => !own.has(number)).map(({ line, box }) => ({ kind: "arc", line, box }));
}

function metresPerPixel(map) {
  const middle = map.getSize().divideBy(2);
  return map.distance(map.containerPointToLatLng(middle), map.containerPointToLatLng(middle.add([100, 0]))) / 100;
}
