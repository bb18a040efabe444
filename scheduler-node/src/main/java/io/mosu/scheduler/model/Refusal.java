// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.model;

/** Why a request or a call for proposals was refused. The closed list: reply, metric label, CLI. */
public enum Refusal {
  INVALID_SPEC("correct the field that the message names"),
  BODY_TOO_LARGE("send at most 1 MiB"),
  IMPOSSIBLE("ask for less, or for another model: no node of this cluster could ever host it"),
  QUEUE_FULL("wait until jobs of this tenant have ended, or ask the operator for a higher limit"),
  UNKNOWN_JOB("list the jobs with: mosu ps"),
  UNKNOWN_NODE("list the nodes with: mosu node ls"),
  UNKNOWN_TENANT("list the tenants with: mosu tenant ls"),
  STORE_UNAVAILABLE("try again shortly: the database is away, running work goes on"),
  OUTCOME_UNKNOWN("repeat the request with the same idempotency key"),
  NOT_READY("try again shortly: the owner of this entity is starting"),
  NO_LOG("the task has not started, or its host no longer keeps the log"),
  NO_ANSWER("try again: the owner did not answer in time"),
  INTERNAL("report this with the server's log"),
  NO_CAPACITY("wait: other work holds it"),
  MODEL_MISMATCH("ask for another model, or wait for a node that has it"),
  HELD("wait: an older negotiation holds it for a moment"),
  WOUNDED("wait: an older negotiation took the hold"),
  UNREACHABLE("wait until the node's agent is back"),
  HOLD_GONE("nothing: the negotiation is repeated"),
  NO_CANDIDATE("wait, or ask for less: no node has room for it now"),
  NOT_RUNNING("see how the job stands with: mosu ps"),
  PORT_NOT_DECLARED(
      "name it in the job's spec, as in ports: [8888], or with: mosu run --port 8888"),
  PORT_CLOSED("start a server in the task that listens on that port of 127.0.0.1"),
  NO_TERMINAL("open one beside the task with: mosu exec --tty JOB -- bash"),
  FOREIGN_ORIGIN("open it from a page of this server, or with the program mosu"),
  STREAM_LIMIT("close another exec, terminal or tunnel, or try again later"),
  NO_CONTAINERS("leave image out, or wait for a node with a container engine"),
  UNKNOWN_WORKDIR("upload the directory again, with: mosu run --workdir DIR"),
  STORE_FULL("wait until old archives have expired, or ask the operator for a higher limit"),
  AGENT_ALIVE("stop the agent, and wait until its leases have run out"),
  DRAINING("wait until the operator ends the drain: the node takes no new work"),
  DEVICE_FAULT("wait: a device is out for its health, see mosu node show"),
  NOT_STARTING("wait, and see the log of the node's agent: tasks do not start there"),
  UNKNOWN_DEVICE("list the devices with: mosu node show NODE"),
  QUOTA("wait until jobs of this tenant have ended, or ask the operator: mosu quota set"),
  RESERVED("wait: what comes free there is kept for another job, which goes first"),
  RESERVING("wait: what comes free there is kept for this job"),
  RECLAIMING("wait: tasks of those who borrowed it are ending"),
  JOB_ENDED("submit it anew: it has ended"),
  DEADLINE("submit it with a later deadline, a shorter time limit or an earlier begin");

  private final String advice;

  Refusal(String advice) {
    this.advice = advice;
  }

  /** One line on what to do about it. */
  public String advice() {
    return advice;
  }
}
