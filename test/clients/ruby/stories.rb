# frozen_string_literal: true

# Stories that the gem gitlab tells: `stories.rb STORY URL TOKENS` prints a line of JSON per thing it met.
require 'base64'
require 'gitlab'
require 'json'

STORY, URL, tokens = ARGV
TOKENS = JSON.parse(tokens)

def client(who = 'root', **options)
  Gitlab.client(endpoint: "#{URL}/api/v4", private_token: TOKENS[who], **options)
end

def tell(what, value)
  puts JSON.generate([what, value])
end

# How a call is refused: the error's class and GitLab's message in it.
def refusal
  yield
  ['not refused']
rescue Gitlab::Error::ResponseError => e
  [e.class.name, e.message[/message: (.*)\. Request URI: /m, 1]]
rescue Gitlab::Error::Parsing, SystemCallError => e
  [e.class.name]
end

def projects
  api = client
  pages = api.projects(per_page: 2)
  tell 'all, over three pages', pages.auto_paginate.map(&:id)
  tell 'the ends', [pages.first_page?, pages.last_page?, pages.prev_page?, pages.last_page.map(&:id)]
  tell 'there and back', pages.next_page.prev_page.map(&:id)
  tell 'as many as are wanted', pages.paginate_with_limit(3).map(&:id)
  tell 'by keyset', api.projects(pagination: 'keyset', order_by: 'id', per_page: 2).lazy_paginate.map(&:id).to_a
  tell 'search', api.project_search('bar').map(&:id)
  project = api.create_project('Hello World', visibility: 'internal', initialize_with_readme: true)
  tell 'created', [project.id, project.path_with_namespace, project.visibility, project.default_branch]
  tell('created twice', refusal { api.create_project('Hello World') })
  api.edit_project(project.id, description: 'Hi', tag_list: 'a,b')
  found = api.project('root/hello-world')
  tell 'read by its path', [found.id, found.description, found.tag_list]
  api.share_project_with_group(project.id, 17, 30)
  tell 'shared', api.project(project.id).shared_with_groups.map(&:group_access_level)
  api.unshare_project_with_group(project.id, 17)
  tell 'no longer shared', api.project(project.id).shared_with_groups
  api.delete_project(project.id)
  tell('deleted', refusal { api.project(project.id) })
end

def issues
  api = client('owner')
  %w[One Two].each { |title| api.create_issue('foo/bar', title, labels: 'bug,ci') }
  issue = api.create_issue(1, 'Three', due_date: '2016-12-24', confidential: true, assignee_ids: [13])
  tell 'created', [issue.iid, issue.author.username, issue.assignee.id, issue.due_date, issue.confidential]
  tell 'all, over three pages', api.issues('foo/bar', per_page: 2).auto_paginate.map(&:iid)
  tell 'by labels', api.issues(1, labels: 'bug,ci', sort: 'asc').map(&:iid)
  tell 'by iids', api.issues(1, iids: [1, 5]).map(&:iid)
  tell 'of all projects', api.issues(nil, scope: 'created_by_me').map(&:iid)
  api.edit_issue(1, 5, labels: 'done')
  tell 'closed', [api.close_issue(1, 5).state, api.issue(1, 5).labels, api.issue(1, 5).closed_by.username]
  tell 'reopened', api.reopen_issue(1, 5).state
  note = api.create_issue_note(1, 5, 'Done?')
  api.edit_issue_note(1, 5, note.id, 'Done. & over')
  tell 'note changed', api.issue_note('foo/bar', 5, note.id).body
  api.delete_issue_note(1, 5, note.id)
  tell 'notes left', api.issue_notes(1, 5).length
  api.delete_issue(1, 5)
  tell('deleted', refusal { api.issue(1, 5) })
end

def pipelines
  api = client('owner')
  tell 'all, over three pages', api.pipelines('foo/bar', per_page: 1).auto_paginate.map(&:id)
  tell 'filtered', client.pipelines(8, status: 'failed', ref: 'develop').map(&:id)
  made = api.create_pipeline(1, 'my/branch', UPLOAD_TO_S3: 'true', NOTES: "one\ntwo")
  tell 'created', [made.id, made.ref, made.status, made.user.username]
  variables = api.get("/projects/1/pipelines/#{made.id}/variables")
  tell 'variables', variables.map { |it| [it.key, it.variable_type, it.value] }
  tell 'canceled', api.cancel_pipeline(1, made.id).status
  tell 'retried', api.retry_pipeline(1, made.id).status
  api.delete_pipeline(1, made.id)
  tell('deleted', refusal { api.pipeline(1, made.id) })
  triggered = api.run_trigger(1, 'trigger-token-0000001', 'master', WHY: 'nightly')
  why = api.get("/projects/1/pipelines/#{triggered.id}/variables")
  tell 'triggered', [triggered.id, why.map { |it| [it.key, it.value] }]
  tell('a wrong trigger token', refusal { api.run_trigger(1, 'unknown', 'master') })
end

def jobs
  api = client('owner')
  pipeline = api.create_pipeline(1, 'master')
  rows = api.pipeline_jobs(1, pipeline.id)
  tell 'of a pipeline', rows.map { |it| [it.name, it.status] }
  tell 'by scope', api.jobs(1, scope: %w[created running]).map(&:name)
  tell 'canceled', api.job_cancel(1, rows.first.id).status
  again = api.job_retry(1, rows.first.id)
  tell 'retried', again.status
  tell('erased too early', refusal { api.job_erase(1, again.id) })
end

def repository
  api = client('reporter')
  file = api.get_file('foo/bar', 'src/README.md', 'my/branch')
  tell 'file', [file.file_name, file.size, Base64.decode64(file.content)]
  branch = api.branch('foo/bar', 'my/branch')
  tell 'branch', [branch.name, branch.commit.short_id]
  tell 'branches', api.branches(1, search: 'm', per_page: 1).auto_paginate.map(&:name)
  tell 'tag', [api.tag('foo/bar', 'my/tag').name, api.tag(1, 'my/tag').release.description]
  tell('no file', refusal { api.get_file(1, 'src/README', 'master') })
  tell('no branch', refusal { api.branch(1, 'my/tag') })
end

def users
  api = client
  tell 'who it is', [api.user.username, api.version.version]
  tell 'listed', api.users(username: 'username').map(&:id)
  tell 'changed', api.edit_user(23, bio: 'x' * 255).bio.length
  tell('a text too long', refusal { api.edit_user(23, bio: 'x' * 256) })
  tell 'sudo', client(sudo: 'developer').user.username
  tell 'sudo on each page', client(sudo: 'stranger').projects(per_page: 1).auto_paginate.map(&:id)
  tell 'and no longer', client.user.username
  tell 'by OAuth', client('oauth').user.username
end

def errors
  tell('an unknown ref', refusal { client.create_pipeline(1, 'main') })
  tell('no ref', refusal { client.post('/projects/1/pipeline') })
  tell('a blank title', refusal { client.create_issue(1, ' ') })
  tell('an unknown status', refusal { client.pipelines(1, status: 'gone') })
  tell('an expired token', refusal { client('expired').user })
  tell('no right to start', refusal { client('reporter').create_pipeline(1, 'master') })
  tell('no right to delete', refusal { client('maintainer').delete_project(1) })
  tell('a scope too small', refusal { client('readonly').create_issue(1, 'x') })
  tell('what one may not see', refusal { client('stranger').project('foo/bar') })
  tell('what is not there', refusal { client.issue(1, 99) })
  tell('what has no route', refusal { client.wikis(1) })
  tell('a taken name', refusal { client.edit_user(23, username: 'root') })
end

# Starts a pipeline, as the gem goes about it: once.
def impatience
  tell('how it ends', refusal { client.create_pipeline(1, 'master') })
end

# Starts a pipeline in a loop as people write it around the gem.
def patience
  tries = 0
  begin
    tries += 1
    client.create_pipeline(1, 'master')
  rescue Gitlab::Error::TooManyRequests, Gitlab::Error::ServiceUnavailable
    retry if tries < 10
    raise
  end
  tell 'tries', tries
end

def huge
  pages = client.pipelines(8, per_page: 100)
  tell 'the ends', [pages.first_page?, pages.last_page?, pages.last_page]
  tell 'walked', pages.lazy_paginate.count
  tell('page 501 of projects', refusal { client.projects(page: 501, per_page: 100) })
  upwards = client.projects(pagination: 'keyset', order_by: 'id', sort: 'asc', per_page: 3)
  tell 'projects by keyset', upwards.paginate_with_limit(8).map(&:id)
end

def front
  tell 'by id', client.project(1).id
  tell('by path', refusal { client.project('foo/bar') })
  tell 'all', client.projects(per_page: 2).auto_paginate.map(&:id)
  tell('a branch', refusal { client.branch(1, 'my/branch') })
  tell 'sudo', client(sudo: 'developer').user.username
end

send(STORY)
