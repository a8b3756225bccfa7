/**
 * Version of what the index holds of a document: of terms, and of the `search` of collections. Where a database has an
 * older one, its documents are indexed again. SQLite's worker loads this file, so it imports nothing.
 */
export const INDEX_VERSION = 1;
