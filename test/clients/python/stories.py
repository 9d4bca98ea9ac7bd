"""Stories that python-gitlab tells: `stories.py STORY URL TOKENS` prints a line of JSON per thing it met."""

import gzip
import json
import sys

import gitlab

story, url, tokens = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])


def client(who="root", **options):
    return gitlab.Gitlab(url, private_token=tokens[who], **options)


def tell(what, value):
    print(json.dumps([what, value]))


def ids(rows):
    return [row.id for row in rows]


def refusal(call):
    """How a call is refused: the exception's class, the status and the message in it."""
    try:
        call()
    except gitlab.GitlabError as error:
        return [type(error).__name__, error.response_code, error.error_message]
    return ["not refused"]


def projects():
    gl = client()
    tell("all, over three pages", ids(gl.projects.list(per_page=2, get_all=True)))
    tell("a page", ids(gl.projects.list(per_page=2, page=2)))
    rows = gl.projects.list(per_page=4, iterator=True)
    tell("an iterator knows", [rows.total, rows.total_pages, rows.per_page, rows.current_page, rows.next_page])
    tell("an iterator walks", ids(rows))
    tell("and ends", [rows.current_page, rows.next_page, rows.prev_page])
    keyset = {"pagination": "keyset", "order_by": "id", "per_page": 2}
    tell("by keyset", ids(gl.projects.list(**keyset, get_all=True)))
    tell("by keyset, upwards", ids(gl.projects.list(**keyset, sort="asc", iterator=True)))
    rows = gl.projects.list(**keyset, iterator=True)
    tell("keyset tells no totals", [rows.total, rows.total_pages, len(rows)])
    tell("keyset by name", refusal(lambda: gl.projects.list(**{**keyset, "order_by": "name"}, get_all=True)))
    tell("search", ids(gl.projects.list(search="bar")))
    project = gl.projects.create({"name": "Hello World", "visibility": "internal", "initialize_with_readme": True})
    tell("created", [project.id, project.path_with_namespace, project.visibility, project.default_branch])
    tell("created twice", refusal(lambda: gl.projects.create({"name": "Hello World"})))
    project.description = "Hi"
    project.save()
    tell("read by its path", [gl.projects.get("root/hello-world").id, gl.projects.get("root/hello-world").description])
    project.share(17, gitlab.const.AccessLevel.DEVELOPER)
    tell("shared", gl.projects.get(project.id).shared_with_groups[0]["group_access_level"])
    project.unshare(17)
    tell("no longer shared", gl.projects.get(project.id).shared_with_groups)
    project.delete()
    tell("deleted", refusal(lambda: gl.projects.get(project.id)))
    made = gl.projects.import_project(gzip.compress(b"an export"), "imported", override_params={"description": "Mine"})
    tell("imported", [made["id"], made["path"], gl.projects.get(made["id"]).description])
    tell("no archive", refusal(lambda: gl.projects.import_project(b"just text", "text")))


def issues():
    project = client("owner").projects.get("foo/bar")
    for title in ("One", "Two"):
        project.issues.create({"title": title, "labels": ["bug", "ci"]})
    issue = project.issues.create({"title": "Three", "due_date": "2016-12-24", "confidential": True, "assignee_ids": [13]})
    tell("created", [issue.iid, issue.author["username"], issue.assignee["id"], issue.due_date, issue.confidential])
    tell("listed", [it.iid for it in project.issues.list(per_page=2, get_all=True)])
    tell("by labels", [it.iid for it in project.issues.list(labels=["bug", "ci"], state="opened", sort="asc")])
    tell("by iids", [it.iid for it in project.issues.list(iids=[1, 5])])
    tell("of all projects", [it.iid for it in client("owner").issues.list(scope="created_by_me")])
    issue.labels = ["done"]
    issue.state_event = "close"
    issue.save()
    tell("closed", [issue.state, issue.labels, issue.attributes["closed_by"]["username"]])
    issue.state_event = "reopen"
    issue.save()
    tell("reopened", project.issues.get(issue.iid).state)
    note = issue.notes.create({"body": "Done?"})
    note.body = "Done."
    note.save()
    issue.notes.create({"body": "Really."})
    tell("notes", [it.body for it in issue.notes.list(sort="asc", per_page=1, iterator=True)])
    note.delete()
    tell("note deleted", refusal(lambda: issue.notes.get(note.id)))
    issue.delete()
    tell("deleted", refusal(lambda: project.issues.get(issue.iid)))


def pipelines():
    gl = client("owner")
    project = gl.projects.get("foo/bar")
    tell("listed", ids(project.pipelines.list(per_page=1, iterator=True)))
    tell("filtered", ids(client().projects.get(8, lazy=True).pipelines.list(status="failed", ref="develop")))
    variables = [
        {"key": "UPLOAD_TO_S3", "value": "true"},
        {"key": "NOTES", "value": "one\ntwo", "variable_type": "file"},
    ]
    pipeline = project.pipelines.create({"ref": "my/branch", "variables": variables})
    tell("created", [pipeline.id, pipeline.ref, pipeline.status, pipeline.user["username"]])
    tell("variables", [[it.key, it.variable_type, it.value] for it in pipeline.variables.list()])
    tell("canceled", pipeline.cancel()["status"])
    pipeline.refresh()
    tell("refreshed", pipeline.status)
    tell("retried", pipeline.retry()["status"])
    pipeline.delete()
    tell("deleted", refusal(lambda: project.pipelines.get(pipeline.id)))
    triggered = project.trigger_pipeline("master", "trigger-token-0000001", {"WHY": "nightly"})
    tell("triggered", [triggered.id, [[it.key, it.value] for it in triggered.variables.list()]])
    tell("a wrong trigger token", refusal(lambda: project.trigger_pipeline("master", "unknown")))


def jobs():
    project = client("owner").projects.get(1)
    pipeline = project.pipelines.create({"ref": "manual/deploy"})
    tell("of a pipeline", [[it.name, it.status] for it in pipeline.jobs.list()])
    job = project.jobs.get(pipeline.jobs.list()[0].id)
    job.cancel()
    job.refresh()
    tell("canceled", job.status)
    again = project.jobs.get(job.retry()["id"])
    tell("retried", [again.name, again.status])
    tell("retried too early", refusal(again.retry))
    tell("erased too early", refusal(again.erase))


def repository():
    project = client("reporter").projects.get("foo/bar")
    file = project.files.get("src/README.md", ref="my/branch")
    tell("file", [file.file_name, file.size, file.decode().decode()])
    branch = project.branches.get("my/branch")
    tell("branch", [branch.name, branch.commit["short_id"]])
    tell("branches", [it.name for it in project.branches.list(search="m", per_page=1, get_all=True)])
    tell("tag", [project.tags.get("my/tag").name, project.tags.get("my/tag").release["description"]])
    tell("no file", refusal(lambda: project.files.get("src/README", ref="master")))
    tell("no branch", refusal(lambda: project.branches.get("my/tag")))
    tell("no tag", refusal(lambda: project.tags.get("my/branch")))


def users():
    gl = client()
    gl.auth()
    tell("who it is", [gl.user.username, gl.version()[0]])
    tell("listed", ids(gl.users.list(username="username")))
    user = gl.users.get(23)
    user.bio = "x" * 255
    user.save()
    tell("changed", len(gl.users.get(23).bio))
    user.bio += "x"
    tell("a text too long", refusal(user.save))
    tell("namespace", gl.namespaces.get("foo").kind)
    issue = gl.projects.get(5).issues.create({"title": "As another"}, sudo="stranger")
    tell("sudo", issue.author["username"])
    tell("sudo on each page", ids(gl.projects.list(sudo="stranger", per_page=1, iterator=True)))
    tell("sudo as nobody", refusal(lambda: gl.projects.list(sudo="nobody")))
    oauth = gitlab.Gitlab(url, oauth_token=tokens["oauth"])
    oauth.auth()
    tell("by OAuth", oauth.user.username)
    anonymous = gitlab.Gitlab(url)
    tell("anonymous", ids(anonymous.projects.list()))


def errors():
    foo = client().projects.get(1)
    lazy = lambda who: client(who).projects.get(1, lazy=True)  # noqa: E731
    tell("an unknown ref", refusal(lambda: foo.pipelines.create({"ref": "main"})))
    tell("no ref", refusal(lambda: client().http_post("/projects/1/pipeline")))
    tell("a blank title", refusal(lambda: foo.issues.create({"title": " "})))
    tell("an unknown status", refusal(lambda: foo.pipelines.list(status="gone")))
    tell("an expired token", refusal(lambda: client("expired").projects.list()))
    tell("an unknown token", refusal(gitlab.Gitlab(url, private_token="unknown").auth))
    tell("no right to start", refusal(lambda: lazy("reporter").pipelines.create({"ref": "master"})))
    tell("no right to delete", refusal(lambda: client("maintainer").projects.delete(1)))
    tell("a scope too small", refusal(lambda: lazy("readonly").issues.create({"title": "x"})))
    tell("what one may not see", refusal(lambda: client("stranger").projects.get("foo/bar")))
    tell("what is not there", refusal(lambda: foo.issues.get(99)))
    tell("what has no route", refusal(lambda: foo.wikis.list()))
    user = {"email": "username@example.com", "name": "Somebody"}
    tell("a taken name", refusal(lambda: client().users.update(23, {**user, "username": "root"})))


def start(client_options={}, **options):
    """Starts a pipeline, once as far as it knows."""
    project = client(**client_options).projects.get(1, lazy=True)
    tell("how it ends", refusal(lambda: project.pipelines.create({"ref": "master"}, **options)))


def patience():
    start({"retry_transient_errors": True})


def impatience():
    start(obey_rate_limit=False)


def polling():
    pipeline = client().projects.get(1, lazy=True).pipelines.create({"ref": "master"})
    seen = [pipeline.status]
    while pipeline.status not in ("success", "failed", "canceled", "skipped"):
        pipeline.refresh()
        seen.append(pipeline.status)
    tell("seen", [it for index, it in enumerate(seen) if it != seen[index - 1]])


def huge():
    project = client().projects.get(8, lazy=True)
    rows = project.pipelines.list(iterator=True, per_page=100)
    tell("totals", [rows.total, rows.total_pages, len(rows), rows.next_page])
    tell("walked", len([row.id for row in rows]))
    tell("page 501 of projects", refusal(lambda: client().projects.list(page=501, per_page=100)))
    upwards = client().projects.list(pagination="keyset", order_by="id", sort="asc", per_page=3, iterator=True)
    tell("projects by keyset", [next(upwards).id for _ in range(8)])


def front():
    gl = client()
    tell("by id", gl.projects.get(1).id)
    tell("by path", refusal(lambda: gl.projects.get("foo/bar")))
    tell("all", ids(gl.projects.list(per_page=2, iterator=True)))
    tell("a branch", refusal(lambda: gl.projects.get(1).branches.get("my/branch")))
    tell("sudo", gl.http_get("/user", sudo="developer")["username"])


globals()[story]()
