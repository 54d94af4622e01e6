/** How a finding is drawn; land findings have a fill of their own, all have an outline. */
export function findingStyle(kind) {
  return STYLES[kind] ?? STYLES.other;
}

const STYLES = {
  gap: { colour: "var(--gap)", fill: "var(--map-land)", dash: "4 3", icon: "alert" },
  overlap: { colour: "var(--overlap)", fill: "url(#hatch-overlap)", dash: null, icon: "dup" },
  no_person: { colour: "var(--gap)", fill: "none", dash: null, icon: "people" },
  off_duty: { colour: "var(--near)", fill: "none", dash: "6 4", icon: "clock" },
  overloaded_person: { colour: "var(--near)", fill: "none", dash: "6 4", icon: "person" },
  no_department: { colour: "var(--gap)", fill: "none", dash: "2 4", icon: "scales" },
  other: { colour: "var(--gap)", fill: "none", dash: "4 3", icon: "alert" },
};
