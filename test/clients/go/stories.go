// Stories that go-gitlab tells: `stories STORY URL TOKENS` prints a line of JSON per thing it met.
package main

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"os"
	"strings"
	"time"

	"github.com/hashicorp/go-retryablehttp"
	"github.com/xanzy/go-gitlab"
)

var (
	url    = os.Args[2]
	tokens = map[string]string{}
)

type list []interface{}

func client(who string, options ...gitlab.ClientOptionFunc) *gitlab.Client {
	git, err := gitlab.NewClient(tokens[who], append(options, gitlab.WithBaseURL(url))...)
	must(err)
	return git
}

// tell prints a value, or several as a list.
func tell(what string, values ...interface{}) {
	var value interface{} = values
	if len(values) == 1 {
		value = values[0]
	}
	line, err := json.Marshal(list{what, value})
	must(err)
	fmt.Println(string(line))
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

// refusal tells how a call was refused: the status and the message in the error.
func refusal(err error) list {
	var refused *gitlab.ErrorResponse
	if errors.As(err, &refused) {
		return list{refused.Response.StatusCode, refused.Message}
	}
	if err != nil {
		return list{err.Error()}
	}
	return list{"not refused"}
}

func projectIDs(git *gitlab.Client, opt gitlab.ListProjectsOptions, options ...gitlab.RequestOptionFunc) (ids []int) {
	for {
		rows, resp, err := git.Projects.ListProjects(&opt, options...)
		must(err)
		for _, row := range rows {
			ids = append(ids, row.ID)
		}
		if resp.NextPage == 0 {
			return ids
		}
		opt.Page = resp.NextPage
	}
}

// keyset asks for keyset pages, which this release of the client has no option for.
func keyset(req *retryablehttp.Request) error {
	query := req.URL.Query()
	query.Set("pagination", "keyset")
	req.URL.RawQuery = query.Encode()
	return nil
}

func projects() {
	git := client("root")
	perPage := func(n int) gitlab.ListOptions { return gitlab.ListOptions{PerPage: n} }
	tell("all, over three pages", projectIDs(git, gitlab.ListProjectsOptions{ListOptions: perPage(2)}))
	_, resp, err := git.Projects.ListProjects(&gitlab.ListProjectsOptions{ListOptions: perPage(4)})
	must(err)
	tell("the response knows", resp.TotalItems, resp.TotalPages, resp.ItemsPerPage, resp.CurrentPage, resp.NextPage)
	var ids []int
	after := gitlab.ListProjectsOptions{ListOptions: perPage(4), OrderBy: gitlab.String("id"), Sort: gitlab.String("asc")}
	for {
		rows, resp, err := git.Projects.ListProjects(&after, keyset)
		must(err)
		for _, row := range rows {
			ids = append(ids, row.ID)
		}
		if resp.Header.Get("Link") == "" {
			break
		}
		after.IDAfter = gitlab.Int(ids[len(ids)-1])
	}
	tell("by keyset, upwards", ids)
	tell("search", projectIDs(git, gitlab.ListProjectsOptions{Search: gitlab.String("bar")}))

	hello := &gitlab.CreateProjectOptions{
		Name:                 gitlab.String("Hello World"),
		Visibility:           gitlab.Visibility(gitlab.InternalVisibility),
		InitializeWithReadme: gitlab.Bool(true),
	}
	project, _, err := git.Projects.CreateProject(hello)
	must(err)
	tell("created", project.ID, project.PathWithNamespace, project.Visibility, project.DefaultBranch)
	_, _, err = git.Projects.CreateProject(hello)
	tell("created twice", refusal(err))
	_, _, err = git.Projects.EditProject(project.ID, &gitlab.EditProjectOptions{Description: gitlab.String("Hi")})
	must(err)
	project, _, err = git.Projects.GetProject("root/hello-world", nil)
	must(err)
	tell("read by its path", project.ID, project.Description)
	_, err = git.Projects.ShareProjectWithGroup(project.ID, &gitlab.ShareWithGroupOptions{
		GroupID:     gitlab.Int(17),
		GroupAccess: gitlab.AccessLevel(gitlab.DeveloperPermissions),
	})
	must(err)
	shared, _, err := git.Projects.GetProject(project.ID, nil)
	must(err)
	tell("shared", shared.SharedWithGroups[0].GroupAccessLevel)
	_, err = git.Projects.DeleteSharedProjectFromGroup(project.ID, 17)
	must(err)
	_, err = git.Projects.DeleteProject(project.ID)
	must(err)
	_, _, err = git.Projects.GetProject(project.ID, nil)
	tell("deleted", refusal(err))

	var archive bytes.Buffer
	zip := gzip.NewWriter(&archive)
	fmt.Fprint(zip, "an export")
	must(zip.Close())
	imported, _, err := git.ProjectImportExport.ImportFromFile(&archive, &gitlab.ImportFileOptions{Path: gitlab.String("imported")})
	must(err)
	tell("imported", imported.ID, imported.Path)
}

func issues() {
	git := client("owner")
	ci := gitlab.Labels{"bug", "ci"}
	for _, title := range []string{"One", "Two"} {
		_, _, err := git.Issues.CreateIssue("foo/bar", &gitlab.CreateIssueOptions{Title: &title, Labels: &ci})
		must(err)
	}
	due := gitlab.ISOTime(time.Date(2016, 12, 24, 0, 0, 0, 0, time.UTC))
	issue, _, err := git.Issues.CreateIssue(1, &gitlab.CreateIssueOptions{
		Title:        gitlab.String("Three"),
		DueDate:      &due,
		Confidential: gitlab.Bool(true),
		AssigneeIDs:  &[]int{13},
	})
	must(err)
	tell("created", issue.IID, issue.Author.Username, issue.Assignee.ID, issue.DueDate, issue.Confidential)
	iids := func(opt *gitlab.ListProjectIssuesOptions) (iids []int) {
		rows, _, err := git.Issues.ListProjectIssues("foo/bar", opt)
		must(err)
		for _, row := range rows {
			iids = append(iids, row.IID)
		}
		return iids
	}
	tell("by labels", iids(&gitlab.ListProjectIssuesOptions{Labels: &ci, Sort: gitlab.String("asc")}))
	tell("by iids", iids(&gitlab.ListProjectIssuesOptions{IIDs: &[]int{1, 5}}))
	for _, event := range []string{"close", "reopen"} {
		opt := &gitlab.UpdateIssueOptions{StateEvent: &event, Labels: &gitlab.Labels{event}}
		issue, _, err = git.Issues.UpdateIssue(1, 5, opt)
		must(err)
		tell(event, issue.State, issue.Labels, issue.ClosedBy != nil)
	}
	note, _, err := git.Notes.CreateIssueNote(1, 5, &gitlab.CreateIssueNoteOptions{Body: gitlab.String("Done?")})
	must(err)
	note, _, err = git.Notes.UpdateIssueNote(1, 5, note.ID, &gitlab.UpdateIssueNoteOptions{Body: gitlab.String("Done.")})
	must(err)
	tell("note changed", note.Body, note.Author.Username)
	_, err = git.Notes.DeleteIssueNote(1, 5, note.ID)
	must(err)
	notes, _, err := git.Notes.ListIssueNotes(1, 5, nil)
	must(err)
	tell("notes left", len(notes))
	_, err = git.Issues.DeleteIssue(1, 5)
	must(err)
	_, _, err = git.Issues.GetIssue(1, 5)
	tell("deleted", refusal(err))
}

func pipelines() {
	git := client("owner")
	var ids []int
	opt := &gitlab.ListProjectPipelinesOptions{ListOptions: gitlab.ListOptions{PerPage: 1, Page: 1}}
	for opt.Page != 0 {
		rows, resp, err := git.Pipelines.ListProjectPipelines("foo/bar", opt)
		must(err)
		ids = append(ids, rows[0].ID)
		opt.Page = resp.NextPage
	}
	tell("all, over three pages", ids)
	since := time.Date(2016, 10, 12, 0, 0, 0, 0, time.FixedZone("", 5*3600+1800))
	recent, _, err := client("root").Pipelines.ListProjectPipelines(8, &gitlab.ListProjectPipelinesOptions{UpdatedAfter: &since})
	must(err)
	tell("since a day in India", len(recent))
	made, _, err := git.Pipelines.CreatePipeline(1, &gitlab.CreatePipelineOptions{
		Ref: gitlab.String("my/branch"),
		Variables: &[]*gitlab.PipelineVariableOptions{
			{Key: gitlab.String("UPLOAD_TO_S3"), Value: gitlab.String("true")},
			{Key: gitlab.String("NOTES"), Value: gitlab.String("one\ntwo"), VariableType: gitlab.String("file")},
		},
	})
	must(err)
	tell("created", made.ID, made.Ref, made.Status, made.User.Username)
	variables, _, err := git.Pipelines.GetPipelineVariables(1, made.ID)
	must(err)
	for _, it := range variables {
		tell(it.Key, it.VariableType, it.Value)
	}
	pipeline, _, err := git.Pipelines.CancelPipelineBuild(1, made.ID)
	must(err)
	tell("canceled", pipeline.Status, !pipeline.FinishedAt.Before(*made.CreatedAt))
	pipeline, _, err = git.Pipelines.RetryPipelineBuild(1, made.ID)
	must(err)
	tell("retried", pipeline.Status)
	_, err = git.Pipelines.DeletePipeline(1, made.ID)
	must(err)
	_, _, err = git.Pipelines.GetPipeline(1, made.ID)
	tell("deleted", refusal(err))
	trigger := &gitlab.RunPipelineTriggerOptions{
		Ref:       gitlab.String("master"),
		Token:     gitlab.String("trigger-token-0000001"),
		Variables: map[string]string{"WHY": "nightly"},
	}
	pipeline, _, err = git.PipelineTriggers.RunPipelineTrigger(1, trigger)
	must(err)
	tell("triggered", pipeline.ID, pipeline.Ref)
}

func jobs() {
	git := client("owner")
	pipeline, _, err := git.Pipelines.CreatePipeline(1, &gitlab.CreatePipelineOptions{Ref: gitlab.String("master")})
	must(err)
	rows, _, err := git.Jobs.ListPipelineJobs(1, pipeline.ID, nil)
	must(err)
	for _, it := range rows {
		tell(it.Name, it.Status, it.Pipeline.ID, it.Commit.ShortID)
	}
	job, _, err := git.Jobs.CancelJob(1, rows[0].ID)
	must(err)
	tell("canceled", job.Status)
	job, _, err = git.Jobs.RetryJob(1, rows[0].ID)
	must(err)
	tell("retried", job.Status)
	_, _, err = git.Jobs.EraseJob(1, job.ID)
	tell("erased too early", refusal(err))
}

func repository() {
	git := client("reporter")
	file, _, err := git.RepositoryFiles.GetFile("foo/bar", "src/README.md", &gitlab.GetFileOptions{Ref: gitlab.String("my/branch")})
	must(err)
	content, err := base64.StdEncoding.DecodeString(file.Content)
	must(err)
	tell("file", file.FileName, file.Size, string(content))
	branch, _, err := git.Branches.GetBranch("foo/bar", "my/branch")
	must(err)
	tell("branch", branch.Name, branch.Commit.ShortID)
	branches, _, err := git.Branches.ListBranches(1, &gitlab.ListBranchesOptions{Search: gitlab.String("m")})
	must(err)
	tell("branches", len(branches))
	tag, _, err := git.Tags.GetTag("foo/bar", "my/tag")
	must(err)
	tell("tag", tag.Name, tag.Release.Description)
	tag, _, err = client("root").Tags.GetTag(8, "v1.0.0")
	must(err)
	tell("a tag with dots", tag.Name)
	_, _, err = git.Branches.GetBranch(1, "my/tag")
	tell("no branch", refusal(err))
}

func users() {
	git := client("root")
	user, _, err := git.Users.CurrentUser()
	must(err)
	version, _, err := git.Version.GetVersion()
	must(err)
	tell("who it is", user.Username, user.IsAdmin, version.Version)
	for what, length := range map[string]int{"changed": 255, "a text too long": 256} {
		bio := strings.Repeat("x", length)
		_, _, err = git.Users.ModifyUser(23, &gitlab.ModifyUserOptions{Bio: &bio})
		tell(what, refusal(err))
	}
	user, _, err = git.Users.GetUser(23, gitlab.GetUsersOptions{})
	must(err)
	tell("read", user.Username, len(user.Bio), user.Email)
	user, _, err = git.Users.CurrentUser(gitlab.WithSudo("developer"))
	must(err)
	tell("sudo", user.Username)
	tell("sudo on each page", projectIDs(git, gitlab.ListProjectsOptions{ListOptions: gitlab.ListOptions{PerPage: 1}}, gitlab.WithSudo("stranger")))
	oauth, err := gitlab.NewOAuthClient(tokens["oauth"], gitlab.WithBaseURL(url))
	must(err)
	user, _, err = oauth.Users.CurrentUser()
	must(err)
	tell("by OAuth", user.Username)
}

func refusals() {
	start := func(who, ref string) error {
		_, _, err := client(who).Pipelines.CreatePipeline(1, &gitlab.CreatePipelineOptions{Ref: &ref})
		return err
	}
	open := func(who, title string) error {
		_, _, err := client(who).Issues.CreateIssue(1, &gitlab.CreateIssueOptions{Title: &title})
		return err
	}
	tell("an unknown ref", refusal(start("root", "main")))
	_, _, err := client("root").Pipelines.CreatePipeline(1, nil)
	tell("no ref", refusal(err))
	tell("a blank title", refusal(open("root", " ")))
	_, _, err = client("expired").Users.CurrentUser()
	tell("an expired token", refusal(err))
	_, _, err = client("nobody").Users.CurrentUser()
	tell("no token", refusal(err))
	tell("no right to start", refusal(start("reporter", "master")))
	_, err = client("maintainer").Projects.DeleteProject(1)
	tell("no right to delete", refusal(err))
	tell("a scope too small", refusal(open("readonly", "x")))
	_, _, err = client("stranger").Projects.GetProject("foo/bar", nil)
	tell("what one may not see", refusal(err))
	_, _, err = client("root").Issues.GetIssue(1, 99)
	tell("what is not there", refusal(err))
	_, _, err = client("root").Wikis.ListWikis(1, nil)
	tell("what has no route", refusal(err))
	_, _, err = client("root").Users.ModifyUser(23, &gitlab.ModifyUserOptions{Username: gitlab.String("root")})
	tell("a taken name", refusal(err))
}

// start starts a pipeline, once as far as it knows.
func start(options ...gitlab.ClientOptionFunc) {
	git := client("root", options...)
	_, _, err := git.Pipelines.CreatePipeline(1, &gitlab.CreatePipelineOptions{Ref: gitlab.String("master")})
	tell("how it ends", refusal(err))
}

func patience() { start() }

func impatience() { start(gitlab.WithoutRetries()) }

func huge() {
	git := client("root")
	opt := &gitlab.ListProjectPipelinesOptions{ListOptions: gitlab.ListOptions{PerPage: 100, Page: 1}}
	_, resp, err := git.Pipelines.ListProjectPipelines(8, opt)
	must(err)
	tell("totals", resp.TotalItems, resp.TotalPages, resp.NextPage)
	walked := 0
	for opt.Page != 0 {
		rows, resp, err := git.Pipelines.ListProjectPipelines(8, opt)
		must(err)
		walked += len(rows)
		opt.Page = resp.NextPage
	}
	tell("walked", walked)
	_, _, err = git.Projects.ListProjects(&gitlab.ListProjectsOptions{ListOptions: gitlab.ListOptions{PerPage: 100, Page: 501}})
	tell("page 501 of projects", refusal(err))
}

func front() {
	git := client("root")
	project, _, err := git.Projects.GetProject(1, nil)
	must(err)
	tell("by id", project.ID)
	_, _, err = git.Projects.GetProject("foo/bar", nil)
	tell("by path", refusal(err))
	tell("all", projectIDs(git, gitlab.ListProjectsOptions{ListOptions: gitlab.ListOptions{PerPage: 2}}))
	_, _, err = git.Branches.GetBranch(1, "my/branch")
	tell("a branch", refusal(err))
	user, _, err := git.Users.CurrentUser(gitlab.WithSudo("developer"))
	must(err)
	tell("sudo", user.Username)
}

func main() {
	log.SetFlags(log.Lshortfile)
	must(json.Unmarshal([]byte(os.Args[3]), &tokens))
	map[string]func(){
		"projects": projects, "issues": issues, "pipelines": pipelines, "jobs": jobs, "repository": repository, "users": users,
		"errors": refusals, "patience": patience, "impatience": impatience, "huge": huge, "front": front,
	}[os.Args[1]]()
}
