/** How GitLab 13.0 sets up a project that is told nothing. */
export const defaultSettings = {
  description: null,
  visibility: 'private' as const,
  tag_list: [] as string[],
  avatar_url: null,
  star_count: 0,
  forks_count: 0,
  archived: false,
  resolve_outdated_diff_discussions: false,
  container_registry_enabled: true,
  container_expiration_policy: {
    cadence: '1d',
    enabled: true,
    keep_n: 10,
    older_than: '90d',
    name_regex: null,
    name_regex_keep: null,
  },
  packages_enabled: true,
  issues_enabled: true,
  merge_requests_enabled: true,
  wiki_enabled: true,
  jobs_enabled: true,
  snippets_enabled: true,
  // Without incoming mail there is no service desk.
  service_desk_enabled: false,
  service_desk_address: null,
  issues_access_level: 'enabled',
  repository_access_level: 'enabled',
  merge_requests_access_level: 'enabled',
  forking_access_level: 'enabled',
  wiki_access_level: 'enabled',
  builds_access_level: 'enabled',
  snippets_access_level: 'enabled',
  pages_access_level: 'private',
  emails_disabled: null,
  shared_runners_enabled: true,
  lfs_enabled: true,
  import_status: 'none',
  import_error: null,
  ci_default_git_depth: 50,
  ci_forward_deployment_enabled: true,
  public_jobs: true,
  build_git_strategy: 'fetch',
  build_timeout: 3600,
  auto_cancel_pending_pipelines: 'enabled',
  build_coverage_regex: null,
  ci_config_path: null,
  only_allow_merge_if_pipeline_succeeds: false,
  allow_merge_on_skipped_pipeline: null,
  request_access_enabled: true,
  only_allow_merge_if_all_discussions_are_resolved: false,
  remove_source_branch_after_merge: true,
  printing_merge_request_link_enabled: true,
  merge_method: 'merge',
  suggestion_commit_message: null,
  auto_devops_enabled: true,
  auto_devops_deploy_strategy: 'continuous',
  autoclose_referenced_issues: true,
  repository_storage: 'default',
  // Both want a licence.
  requirements_enabled: null,
  compliance_frameworks: [] as string[],
}

// Features that can be set in two ways, and the one access level that is kept of both.
const features = {
  issues_enabled: 'issues_access_level',
  merge_requests_enabled: 'merge_requests_access_level',
  wiki_enabled: 'wiki_access_level',
  snippets_enabled: 'snippets_access_level',
  jobs_enabled: 'builds_access_level',
} as const

/** What a request tells of a project's settings, as the project's row keeps them. */
export function settingsOf({ public_builds, tag_list, ...told }: Readonly<Record<string, unknown>>) {
  const settings: Record<string, unknown> = { ...told }
  for (const [enabled, level] of Object.entries(features)) {
    if (settings[level] !== undefined) settings[enabled] = settings[level] !== 'disabled'
    else if (settings[enabled] !== undefined) settings[level] = settings[enabled] ? 'enabled' : 'disabled'
  }
  if (tag_list !== undefined) settings.tag_list = topicsOf(tag_list)
  if (public_builds !== undefined) settings.public_jobs = public_builds
  return settings
}

/** Topics, which may come as one text with commas. */
const topicsOf = (given: unknown) =>
  typeof given === 'string'
    ? given
        .split(',')
        .map(topic => topic.trim())
        .filter(Boolean)
    : given
