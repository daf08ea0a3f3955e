/**
 * Error codes, `snake_case`, noun then state, never renamed: scripts match on them. The HTTP status of each is
 * known only to lib/http.
 */
export const ERROR_CODES = [
  "request_invalid",
  "request_too_large",
  "media_type_unsupported",
  "cursor_invalid",
  "session_missing",
  "session_expired",
  "token_invalid",
  "permission_missing",
  "origin_foreign",
  "sign_in_refused",
  "sign_in_throttled",
  "setup_token_invalid",
  "setup_done",
  "cluster_unknown",
  "cluster_unreachable",
  "group_unknown",
  "topic_unknown",
  "user_unknown",
  "user_exists",
  "user_last_admin",
  "token_unknown",
  "path_unknown",
  "method_not_allowed",
  "database_unreachable",
  "schema_behind",
  "internal_error",
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];
