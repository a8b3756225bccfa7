/** VEGA's icon: a star with four rays. */
export const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#1b1f3b"/><path d="M16 4l3 9 9 3-9 3-3 9-3-9-9-3 9-3z" fill="#f5f3ff"/></svg>`;
