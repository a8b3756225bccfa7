/** The version of the platform. All packages of the repository have it; a test compares. */
export const VERSION = "0.2.0";
