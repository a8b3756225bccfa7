/** Paths on a grid of 24, drawn with a stroke. */
const PATHS = {
  now: "M12 4v8l5 3M12 21a9 9 0 1 1 0-18 9 9 0 0 1 0 18z",
  time: "M4 12a8 8 0 1 0 2.5-5.8L4 8.5M4 4v4.5h4.5M12 8v4l3 2",
  events: "M4 6h16M4 12h10M4 18h13M18 12h2",
  chat: "M5 5h14a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1h-7l-5 4v-4H5a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1z",
  agents: "M7 8h10v9H7zM12 8V4M10 12v1M14 12v1M4 12v2M20 12v2M9 20h6",
  modules: "M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM13 16.5h7M16.500 13v7",
  memory:
    "M4 7c0-1.700 3.600-3 8-3s8 1.300 8 3-3.600 3-8 3-8-1.300-8-3zM4 7v10c0 1.700 3.600 3 8 3s8-1.300 8-3V7M4 12c0 1.700 3.600 3 8 3s8-1.300 8-3",
  usage: "M5 20V10M12 20V4M19 20v-7",
  people:
    "M9 11a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7zM3 20c0-3.500 2.700-6 6-6s6 2.500 6 6M16 4.500a3.500 3.500 0 0 1 0 6.500M21 20c0-3-1.500-5-4-5.800",
  audit: "M12 3l7 3v5c0 4.500-3 8-7 10-4-2-7-5.500-7-10V6zM9 12l2 2 4-4",
  operations: "M4 6h10M18 6h2M4 12h2M10 12h10M4 18h10M18 18h2M16 4v4M8 10v4M16 16v4",
  account: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 21c0-4 3.500-7 8-7s8 3 8 7",
  search: "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM16 16l4.500 4.500",
  menu: "M4 7h16M4 12h16M4 17h16",
  close: "M6 6l12 12M18 6L6 18",
  plus: "M12 5v14M5 12h14",
  stop: "M7 7h10v10H7z",
  send: "M5 12h14M13 6l6 6-6 6",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  retry: "M20 12a8 8 0 1 1-2.500-5.800L20 8.500M20 4v4.500h-4.500",
  fork: "M7 4v6a4 4 0 0 0 4 4h6M7 4a1.500 1.500 0 1 0 0 .1M7 14v6M17 11l3 3-3 3",
  edit: "M4 20h4L19 9l-4-4L4 16zM13.500 6.500l4 4",
  trash: "M5 7h14M9 7V4h6v3M7 7l1 13h8l1-13M10 11v5M14 11v5",
  download: "M12 4v11M7.500 11L12 15.500 16.500 11M5 20h14",
  play: "M7 5l11 7-11 7z",
  pause: "M8 5v14M16 5v14",
  sun: "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 3v2M12 19v2M3 12h2M19 12h2M5.600 5.600L7 7M17 17l1.400 1.400M5.600 18.400L7 17M17 7l1.400-1.400",
  moon: "M20 14.500A8 8 0 0 1 9.500 4 8 8 0 1 0 20 14.500z",
  signOut: "M14 4H5v16h9M10 12h10M16 8l4 4-4 4",
  warning: "M12 4l9 16H3zM12 10v5M12 17.500v.500",
  check: "M5 12.500l4.500 4.500L19 7",
  chevron: "M9 6l6 6-6 6",
  back: "M19 12H5M11 6l-6 6 6 6",
  key: "M8 16a4 4 0 1 1 3.700-5.500H21V14h-3v3h-3v-3h-3.300A4 4 0 0 1 8 16z",
} as const;

export type IconName = keyof typeof PATHS;

/** A decorative icon; the control that has it has a name of its own. */
export const Icon = ({ name, size = 16 }: { name: IconName; size?: number }) => (
  <svg
    class="icon"
    width={size}
    height={size}
    viewBox="0 0 24 24"
    fill="none"
    stroke="currentColor"
    stroke-width="1.75"
    stroke-linecap="round"
    stroke-linejoin="round"
    aria-hidden="true"
    focusable="false"
  >
    <path d={PATHS[name]} />
  </svg>
);

/** VEGA's star. */
export const Star = ({ size = 20 }: { size?: number }) => (
  <svg
    class="star"
    width={size}
    height={size}
    viewBox="0 0 32 32"
    aria-hidden="true"
    focusable="false"
  >
    <path
      d="M16 2l3.800 10.200L30 16l-10.200 3.800L16 30l-3.800-10.200L2 16l10.200-3.800z"
      fill="currentColor"
    />
  </svg>
);
