// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.transcript;

import io.mosu.scheduler.host.HostOrder;
import io.mosu.scheduler.host.HostReport;
import io.mosu.scheduler.model.Grant;
import io.mosu.scheduler.model.Quota;
import io.mosu.scheduler.model.Shape;
import io.mosu.scheduler.model.Wire;
import io.mosu.scheduler.negotiation.NodeMessage;
import io.mosu.scheduler.negotiation.TenantMessage;
import io.mosu.scheduler.node.NodeEvent;
import io.mosu.scheduler.tenant.TenantEvent;

/** Messages and events as one reads them in a transcript. */
final class Spoken {

  private Spoken() {}

  static String kind(Wire message) {
    return message.getClass().getSimpleName();
  }

  static String of(Wire message) {
    String what = details(message);
    return what.isEmpty() ? kind(message) : "%-17s %s".formatted(kind(message), what);
  }

  private static String details(Wire message) {
    if (message instanceof NodeMessage spoken) {
      return (spoken.negotiation() + " " + details(spoken)).strip();
    } else if (message instanceof TenantMessage.OnNegotiation spoken) {
      return (spoken.negotiation() + " " + details(spoken)).strip();
    } else if (message instanceof HostOrder order) {
      return details(order);
    } else if (message instanceof HostReport report) {
      return details(report);
    } else if (message instanceof NodeEvent event) {
      return details(event);
    } else if (message instanceof TenantEvent event) {
      return details(event);
    }
    return "";
  }

  private static String details(NodeMessage message) {
    if (message instanceof NodeMessage.CallForProposals call) {
      String claim =
          call.reserveMs() == 0
              ? ""
              : (call.reclaim() ? " reclaim=" : " reserve=") + call.reserveMs() + "ms";
      return gpus(call.shape()) + " hold=" + call.holdMs() + "ms" + claim;
    } else if (message instanceof NodeMessage.Award award) {
      return gpus(award.shape()) + " task=" + award.task();
    } else if (message instanceof NodeMessage.Start start) {
      return "token=" + start.token() + " world=" + start.world();
    } else if (message instanceof NodeMessage.Stop stop) {
      return "token=" + stop.token();
    }
    return "";
  }

  private static String details(TenantMessage.OnNegotiation message) {
    if (message instanceof TenantMessage.Proposal proposal) {
      return "damage=%.0f".formatted(proposal.damage());
    } else if (message instanceof TenantMessage.Declined declined) {
      return declined.reason() + ": " + declined.detail();
    } else if (message instanceof TenantMessage.Confirmation confirmed) {
      return "task=%d token=%d %s"
          .formatted(confirmed.task(), confirmed.token(), devices(confirmed.grant()));
    } else if (message instanceof TenantMessage.StartAcknowledged start) {
      return start.running() ? "running" : "to start";
    } else if (message instanceof TenantMessage.TaskEnded ended) {
      return ended.exit().kind() + " " + ended.exit().code();
    }
    return "";
  }

  private static String details(HostOrder order) {
    if (order instanceof HostOrder.StartTask start) {
      return "token=%d %s".formatted(start.token(), devices(start.grant()));
    } else if (order instanceof HostOrder.StopTask stop) {
      return "token=" + stop.token();
    } else if (order instanceof HostOrder.EndAcknowledged end) {
      return "token=" + end.token();
    }
    return "epoch=" + order.epoch();
  }

  private static String details(HostReport report) {
    if (report instanceof HostReport.TaskStarted started) {
      return "token=" + started.token();
    } else if (report instanceof HostReport.TaskExited exited) {
      return "token=%d %s %d".formatted(exited.token(), exited.exit().kind(), exited.exit().code());
    }
    return "";
  }

  private static String details(NodeEvent event) {
    if (event instanceof NodeEvent.EpochClaimed claimed) {
      return "epoch=" + claimed.epoch();
    } else if (event instanceof NodeEvent.Leased leased) {
      return leased.lease().negotiation()
          + " token="
          + leased.lease().token()
          + " "
          + devices(leased.lease().grant());
    } else if (event instanceof NodeEvent.Lost lost) {
      return lost.negotiation() + " token=" + lost.token();
    } else if (event instanceof NodeEvent.Released released) {
      return released.negotiation() + " token=" + released.token();
    }
    return "";
  }

  private static String details(TenantEvent event) {
    if (event instanceof TenantEvent.EpochClaimed claimed) {
      return "epoch=" + claimed.epoch();
    } else if (event instanceof TenantEvent.Submitted submitted) {
      return "job=" + submitted.number();
    } else if (event instanceof TenantEvent.Deferred deferred) {
      return "job=%d %s"
          .formatted(
              deferred.number(),
              deferred.decision().refusals().stream()
                  .map(refusal -> refusal.count() + " x " + refusal.reason())
                  .toList());
    } else if (event instanceof TenantEvent.Placed placed) {
      return "job=%d on %s"
          .formatted(
              placed.number(),
              placed.placement().parts().stream().map(part -> part.node().value()).toList());
    } else if (event instanceof TenantEvent.StopRequested stop) {
      return "job=%d%s".formatted(stop.number(), stop.cancel() ? " cancelled" : "");
    } else if (event instanceof TenantEvent.Preempted preempted) {
      return "job=" + preempted.number();
    } else if (event instanceof TenantEvent.Held held) {
      return "job=%d%s".formatted(held.number(), held.held() ? "" : " released");
    } else if (event instanceof TenantEvent.Prioritised set) {
      return "job=%d priority=%d".formatted(set.number(), set.priority());
    } else if (event instanceof TenantEvent.RequeueRequested asked) {
      return "job=" + asked.number();
    } else if (event instanceof TenantEvent.QuotaSet set) {
      return "guaranteed=" + Quota.gpus(set.quota().guaranteedMilli());
    } else if (event instanceof TenantEvent.TaskEnded task) {
      return "job=%d task=%d %s %d"
          .formatted(task.number(), task.task(), task.exit().kind(), task.exit().code());
    } else if (event instanceof TenantEvent.Requeued requeued) {
      return "job=%d %s".formatted(requeued.number(), requeued.lost() ? "host lost" : "retried");
    } else if (event instanceof TenantEvent.Ended ended) {
      return "job=%d %s %d".formatted(ended.number(), ended.state(), ended.exitCode());
    }
    return "";
  }

  private static String gpus(Shape shape) {
    return "gpus=" + shape.gpus();
  }

  private static String devices(Grant grant) {
    return "devices=" + grant.devices().toString().replace(" ", "");
  }
}
