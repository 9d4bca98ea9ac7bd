// What v4 answers under the profile `observed`: the fields of real answers, in their order.
import t from 'tap'
import { createUnderstudy } from '../../src/index.ts'
import { type Asked, ask } from '../ask.ts'

// Three days and an hour after project 1 was made.
const now = '2015-05-07T09:00:00Z'
const gitlab = await createUnderstudy({ profile: 'observed', checkAnswers: true, now })
t.teardown(() => gitlab.close())
const { tokens } = gitlab
const root = { as: tokens.root }
const maintainer = { as: tokens.maintainer }
const developer = { as: tokens.developer }

const names = (text: string) => text.trim().split(/\s+/)
const user = names('id name username state avatar_url web_url')

const briefProject = names(`
  id description name name_with_namespace path path_with_namespace created_at default_branch tag_list
  ssh_url_to_repo http_url_to_repo web_url readme_url avatar_url forks_count star_count last_activity_at namespace`)
const beforeOwner = [...briefProject, ...names('_links packages_enabled empty_repo archived visibility')]
const settings = names(`
  resolve_outdated_diff_discussions container_registry_enabled container_expiration_policy issues_enabled
  merge_requests_enabled wiki_enabled jobs_enabled snippets_enabled service_desk_enabled service_desk_address
  can_create_merge_request_in issues_access_level repository_access_level merge_requests_access_level
  forking_access_level wiki_access_level builds_access_level snippets_access_level pages_access_level
  emails_disabled shared_runners_enabled lfs_enabled creator_id import_status import_error open_issues_count
  runners_token ci_default_git_depth ci_forward_deployment_enabled public_jobs build_git_strategy build_timeout
  auto_cancel_pending_pipelines build_coverage_regex ci_config_path shared_with_groups
  only_allow_merge_if_pipeline_succeeds allow_merge_on_skipped_pipeline request_access_enabled
  only_allow_merge_if_all_discussions_are_resolved remove_source_branch_after_merge
  printing_merge_request_link_enabled merge_method suggestion_commit_message auto_devops_enabled
  auto_devops_deploy_strategy autoclose_referenced_issues`)
const enterprise = names('requirements_enabled compliance_frameworks')
const project = [...beforeOwner, ...settings, ...enterprise]
const ownProject = [...beforeOwner, 'owner', ...settings, ...enterprise]

const issue = names(`
  id iid project_id title description state created_at updated_at closed_at closed_by labels milestone assignees
  author assignee user_notes_count merge_requests_count upvotes downvotes due_date confidential discussion_locked
  web_url time_stats task_completion_status weight blocking_issues_count has_tasks _links references moved_to_id
  health_status`)
const wholeIssue = issue.toSpliced(issue.indexOf('moved_to_id'), 0, 'subscribed')
const note = names(`
  id type body attachment author created_at updated_at system noteable_id noteable_type resolvable confidential
  noteable_iid commands_changes`)

const commit = names(`
  id short_id created_at parent_ids title message author_name author_email authored_date committer_name
  committer_email committed_date web_url`)
const branch = names(
  'name commit merged protected developers_can_push developers_can_merge can_push default web_url',
)
const tag = names('name message target commit release protected')
const file = names(
  'file_name file_path size encoding content_sha256 ref blob_id commit_id last_commit_id content',
)

const publicUser = [
  ...user,
  ...names(`
    created_at bio bio_html location public_email skype linkedin twitter website_url organization job_title bot
    work_information followers following`),
]
const currentUser = [
  ...publicUser,
  ...names(`
    last_sign_in_at confirmed_at last_activity_on email theme_id color_scheme_id projects_limit current_sign_in_at
    identities can_create_group can_create_project two_factor_enabled external private_profile
    shared_runners_minutes_limit extra_shared_runners_minutes_limit`),
]
const userForAdministrators = [...currentUser, ...names('is_admin note using_license_seat')]

const recorded = 'as in answers recorded in 2020'
const source = 'as the source of 12.0 to 13.x writes them'
type Row = [fact: string, request: string, asked: Asked, fields: string[], part?: string]

const answers: Row[] = [
  [`a project to its maintainer, ${recorded}`, 'GET /projects/1', maintainer, [...project, 'permissions']],
  [
    `administrators see where it is stored, ${recorded}`,
    'GET /projects/5',
    root,
    [...project.toSpliced(project.indexOf('requirements_enabled'), 0, 'repository_storage'), 'permissions'],
  ],
  [`a project to anybody, ${source}`, 'GET /projects/5', {}, briefProject],
  [`projects in a list, ${source}`, 'GET /projects?simple=true', root, briefProject],
  [
    `a new project tells its owner, where that is no group, and no permissions, ${recorded}`,
    'POST /projects',
    { ...maintainer, json: { name: 'new' } },
    ownProject,
  ],
  [
    `nor does one that was edited, ${recorded}`,
    'PUT /projects/1',
    { ...maintainer, json: { description: 'edited' } },
    project,
  ],
  [`its owner, ${recorded}`, 'GET /projects/maintainer%2Fnew', maintainer, user, 'owner'],
  [
    `a registry's policy, ${recorded}`,
    'GET /projects/1',
    maintainer,
    names('cadence enabled keep_n older_than name_regex name_regex_keep next_run_at'),
    'container_expiration_policy',
  ],

  [`issues in a list, ${recorded}`, 'GET /projects/8/issues', developer, issue],
  [`an issue, ${recorded}`, 'GET /projects/8/issues/8', developer, wholeIssue],
  [
    `a new issue, ${recorded}`,
    'POST /projects/8/issues',
    { ...developer, json: { title: 'new' } },
    wholeIssue,
  ],
  [
    `an issue that was edited, ${recorded}`,
    'PUT /projects/8/issues/8',
    { ...root, json: { labels: 'bug' } },
    wholeIssue,
  ],
  [`the author of an issue, ${recorded}`, 'GET /projects/8/issues/8', developer, user, 'author'],
  [`notes in a list, ${recorded}`, 'GET /projects/8/issues/8/notes', developer, note],
  [
    `a new note, ${recorded}`,
    'POST /projects/8/issues/8/notes',
    { ...developer, json: { body: 'new' } },
    note,
  ],
  [
    `a note that was edited, ${recorded}`,
    'PUT /projects/8/issues/8/notes/301',
    { ...root, json: { body: 'edited' } },
    note,
  ],

  [`branches in a list, ${recorded}`, 'GET /projects/1/repository/branches', developer, branch],
  [`a branch, ${source}`, 'GET /projects/1/repository/branches/master', developer, branch],
  [
    `a branch's commit, ${recorded}`,
    'GET /projects/1/repository/branches/master',
    developer,
    commit,
    'commit',
  ],
  [`tags in a list, ${recorded}`, 'GET /projects/1/repository/tags', developer, tag],
  [`a tag, ${recorded}`, 'GET /projects/1/repository/tags/my%2Ftag', developer, tag],
  [`a tag's commit, ${recorded}`, 'GET /projects/1/repository/tags/my%2Ftag', developer, commit, 'commit'],
  [
    `a tag's release, ${recorded}`,
    'GET /projects/1/repository/tags/my%2Ftag',
    developer,
    names('tag_name description'),
    'release',
  ],
  [
    `a file ends with its content, ${source}`,
    'GET /projects/1/repository/files/src%2FREADME.md?ref=master',
    developer,
    file,
  ],

  [`oneself, ${recorded}`, 'GET /user', developer, currentUser],
  [`an administrator's self, ${source}`, 'GET /user', root, userForAdministrators],
  [`users in a list, ${source}`, 'GET /users', developer, user],
  [`users in an administrator's list, ${recorded}`, 'GET /users', root, userForAdministrators],
  [`another user, ${source}`, 'GET /users/23', developer, publicUser],
  [`a user to an administrator, ${source}`, 'GET /users/23', root, userForAdministrators],
  [
    `a user who was edited, ${recorded}`,
    'PUT /users/23',
    { ...root, json: { skype: 'me' } },
    userForAdministrators,
  ],
]

t.test('the fields of answers, in their order', async t => {
  const { v4 } = gitlab.world('fields')
  for (const [fact, request, asked, fields, part] of answers) {
    const { status, body } = await ask(v4, request, asked)
    t.match(status, /^20[01]$/, `${fact}: ${request}`)
    for (const shown of [body].flat())
      t.strictSame(Object.keys(part ? shown[part] : shown), fields, `${fact}: ${request}`)
  }
})

t.test('what is derived of rows', async t => {
  const world = gitlab.world('derived')
  const { v4 } = world
  const edited = async (change: object) => (await ask(v4, 'PUT /users/23', { ...root, json: change })).body
  t.match(
    await edited({ job_title: 'Builder', organization: 'Yard', bio: 'Tea & <b>cake</b>' }),
    {
      work_information: 'Builder at Yard',
      bio_html: '<p dir="auto">Tea &amp; &lt;b&gt;cake&lt;/b&gt;</p>',
      bot: false,
      using_license_seat: true,
    },
    'work and the bio as HTML follow what was told',
  )
  t.match(await edited({ job_title: '' }), { work_information: 'Yard' })
  t.match(await edited({ organization: '', bio: '' }), { work_information: null, bio_html: '' })
  t.strictSame(
    (await edited({ provider: 'saml', extern_uid: 'me' })).identities,
    [{ provider: 'saml', extern_uid: 'me', saml_provider_id: null }],
    'identities tell their SAML provider',
  )
  t.match(
    (await ask(v4, 'GET /user', { as: tokens.project })).body,
    { bot: true },
    'the user of a project token is a bot',
  )

  const policyOf = async (request: string, json?: object) =>
    (await ask(v4, request, json ? { ...root, json } : root)).body.container_expiration_policy.next_run_at
  t.equal(await policyOf('GET /projects/1'), '2015-05-08T08:00:00.000Z', 'a policy runs once per cadence')
  t.equal(await policyOf('POST /projects', { name: 'new' }), '2015-05-08T09:00:00.000Z', 'first after one')
  world.patch({
    'v4.projects': { 1: { container_expiration_policy: null }, 5: { service_desk_enabled: true } },
  })
  t.match((await ask(v4, 'GET /projects/1', root)).body, { container_expiration_policy: null })
  t.match((await ask(v4, 'GET /projects/5', root)).body, { service_desk_enabled: true })

  const described = async (description: string) =>
    (await ask(v4, 'PUT /projects/8/issues/8', { ...root, json: { description } })).body
  const several = await described('- [x] one\n- [ ] two\n')
  t.match(several, { has_tasks: true, task_status: '1 of 2 tasks completed' }, 'tasks are told as a sentence')
  const whole = wholeIssue.toSpliced(wholeIssue.indexOf('_links'), 0, 'task_status')
  t.strictSame(Object.keys(several), whole, 'which stands before the links')
  t.match(await described('* [ ] one'), { task_status: '0 of 1 task completed' })
  const none = await described('no task')
  t.match(none, { has_tasks: false, task_completion_status: { count: 0, completed_count: 0 } })
  t.notOk('task_status' in none, 'and only where there are any')
})
