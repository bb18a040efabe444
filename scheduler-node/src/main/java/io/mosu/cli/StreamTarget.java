// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.cli;

/** {@code JOB} or {@code JOB/TASK}; the first task where none is named. */
record StreamTarget(String job, int task) {

  static StreamTarget parse(String text) {
    int slash = text.indexOf('/');
    String job = slash < 0 ? text : text.substring(0, slash);
    String task = slash < 0 ? "0" : text.substring(slash + 1);
    if (job.isEmpty() || !task.matches("[0-9]{1,4}")) {
      throw CliFailure.usage("no task of a job: " + text, "write JOB or JOB/TASK, as in acme-12/3");
    }
    return new StreamTarget(job, Integer.parseInt(task));
  }

  String path(String verb) {
    return "/v1/jobs/" + Request.encode(job) + "/" + verb + "?task=" + task;
  }

  @Override
  public String toString() {
    return job + "/" + task;
  }
}
