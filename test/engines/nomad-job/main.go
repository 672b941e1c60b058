// Decodes job files of Nomad into the job structures that Nomad publishes, and prints them as JSON. What no field is there for, and
// what does not fit its field, is an error with its place: nothing is let pass.
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclparse"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/nomad/api"
)

// One block of a job, and nothing beside it.
type jobFile struct {
	Jobs []*api.Job `hcl:"job,block"`
}

func main() {
	jobs := []*api.Job{}
	for _, path := range os.Args[1:] {
		job, diagnostics := readJob(path)
		for _, diagnostic := range diagnostics {
			fmt.Fprintln(os.Stderr, diagnostic)
		}
		if diagnostics.HasErrors() {
			os.Exit(1)
		}
		jobs = append(jobs, job)
	}
	json.NewEncoder(os.Stdout).Encode(jobs)
}

func readJob(path string) (*api.Job, hcl.Diagnostics) {
	file, diagnostics := hclparse.NewParser().ParseHCLFile(path)
	if diagnostics.HasErrors() {
		return nil, diagnostics
	}
	body := file.Body.(*hclsyntax.Body)
	var read jobFile
	diagnostics = decodeStruct(body, &read)
	if len(read.Jobs) != 1 {
		return nil, append(diagnostics, problem(body.SrcRange, "one job is expected, here are %d", len(read.Jobs)))
	}
	job := read.Jobs[0]
	// The only label without a tag, as it is both names of the job.
	job.Name, job.ID = &body.Blocks[0].Labels[0], &body.Blocks[0].Labels[0]
	return job, append(diagnostics, checkJob(job, body.SrcRange)...)
}

func problem(at hcl.Range, format string, words ...any) *hcl.Diagnostic {
	return &hcl.Diagnostic{Severity: hcl.DiagError, Summary: fmt.Sprintf(format, words...), Subject: &at}
}
