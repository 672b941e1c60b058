package main

import (
	"regexp"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/nomad/api"
)

// What Nomad's documentation says of a job and the types of its structures do not.

var (
	portLabel   = regexp.MustCompile(`^[a-zA-Z0-9_]+$`)
	serviceName = regexp.MustCompile(`^[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?$`)
	// https://developer.hashicorp.com/nomad/docs/job-declare/task-driver/docker
	ofDocker = map[string]bool{"image": true, "command": true, "args": true, "work_dir": true, "ports": true, "mount": true}
	ofMount  = map[string]bool{"type": true, "target": true, "source": true}
)

func checkJob(job *api.Job, at hcl.Range) hcl.Diagnostics {
	var all hcl.Diagnostics
	complain := func(format string, words ...any) { all = append(all, problem(at, format, words...)) }
	for _, group := range job.TaskGroups {
		ports := map[string]bool{}
		for _, network := range group.Networks {
			for _, port := range network.DynamicPorts {
				if !portLabel.MatchString(port.Label) || ports[port.Label] {
					complain("the port label %q is no word of letters, digits and underscores, or there twice", port.Label)
				}
				ports[port.Label] = true
			}
		}
		tasks, hasMain := map[string]bool{}, false
		for _, task := range group.Tasks {
			if tasks[task.Name] {
				complain("the task %q is there twice", task.Name)
			}
			tasks[task.Name] = true
			hasMain = hasMain || task.Lifecycle == nil
			checkRestart(task, complain)
			checkDocker(task, ports, complain)
			for _, service := range task.Services {
				if !serviceName.MatchString(service.Name) || !ports[service.PortLabel] {
					complain("the service %q has no such name, or its port %q is not declared", service.Name, service.PortLabel)
				}
			}
		}
		if !hasMain {
			complain("the group %q has nothing but tasks before and after its main ones", *group.Name)
		}
	}
	if len(job.TaskGroups) == 0 {
		complain("a job has at least one group")
	}
	return all
}

// Its attempts have to fit into the interval, or Nomad refuses the job.
func checkRestart(task *api.Task, complain func(string, ...any)) {
	policy := task.RestartPolicy
	if policy == nil {
		return
	}
	if *policy.Mode != "fail" && (*policy.Mode != "delay" || *policy.Attempts == 0) {
		complain("%q: %d attempts and the mode %q", task.Name, *policy.Attempts, *policy.Mode)
	}
	if *policy.Interval < 5*time.Second || time.Duration(*policy.Attempts)*(*policy.Delay) > *policy.Interval {
		complain("%q: %d attempts with %v between do not fit into %v", task.Name, *policy.Attempts, *policy.Delay, *policy.Interval)
	}
}

func checkDocker(task *api.Task, ports map[string]bool, complain func(string, ...any)) {
	for name, value := range task.Config {
		if task.Driver != "docker" || !ofDocker[name] {
			complain("the driver %q knows no %q", task.Driver, name)
		}
		switch name {
		case "ports":
			for _, port := range value.([]any) {
				if !ports[port.(string)] {
					complain("%q: the port %q is not declared", task.Name, port)
				}
			}
		case "mount":
			for _, mount := range value.([]any) {
				for key := range mount.(map[string]any) {
					if !ofMount[key] {
						complain("%q: a mount knows no %q", task.Name, key)
					}
				}
			}
		}
	}
}
