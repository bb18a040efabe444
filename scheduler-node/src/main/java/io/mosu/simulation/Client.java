// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.simulation;

import io.mosu.scheduler.journal.Refused;
import io.mosu.scheduler.journal.Request;
import io.mosu.scheduler.model.Conditions;
import io.mosu.scheduler.model.Dependency;
import io.mosu.scheduler.model.JobId;
import io.mosu.scheduler.model.JobSpec;
import io.mosu.scheduler.model.Quota;
import io.mosu.scheduler.model.TenantId;
import io.mosu.scheduler.model.Wire;
import io.mosu.scheduler.tenant.Job;
import io.mosu.scheduler.tenant.TenantAnswer.JobAnswer;
import io.mosu.scheduler.tenant.TenantQuery;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongFunction;

/** The users: they submit with an idempotency key until they are answered, and cancel some jobs. */
final class Client {

  private static final long RETRY_MS = 2_000;

  /** One job that somebody wants run. */
  static final class Order {
    private final TenantId tenant;
    private final JobSpec spec;
    private final String key;
    private long number;
    private boolean refused;
    private boolean cancels;
    private boolean cancelHeard;

    private Order(TenantId tenant, JobSpec spec, String key) {
      this.tenant = tenant;
      this.spec = spec;
      this.key = key;
    }

    TenantId tenant() {
      return tenant;
    }

    JobSpec spec() {
      return spec;
    }

    String key() {
      return key;
    }

    /** The job's number, 0 until it was acknowledged. */
    long number() {
      return number;
    }

    boolean answered() {
      return number > 0 || refused;
    }
  }

  private final World world;
  private final Scene scene;
  private final List<Order> orders = new ArrayList<>();
  private final Map<Long, Consumer<Wire>> waiting = new HashMap<>();
  private long lastAsker;
  private int planned;

  Client(World world, Scene scene) {
    this.world = world;
    this.scene = scene;
  }

  List<Order> orders() {
    return List.copyOf(orders);
  }

  boolean allAnswered() {
    return orders.size() == planned && orders.stream().allMatch(Order::answered);
  }

  /** Whether somebody has asked to cancel the job. */
  boolean cancels(JobId job) {
    return orders.stream()
        .anyMatch(
            order ->
                order.cancels && order.tenant.equals(job.tenant()) && order.number == job.number());
  }

  /**
   * Submits after {@code inMs} until answered; cancels after {@code cancelMs} unless that is
   * negative.
   */
  void order(long inMs, TenantId tenant, JobSpec spec, long cancelMs) {
    order(inMs, tenant, spec, cancelMs, List.of());
  }

  /** As {@link #order(long, TenantId, JobSpec, long)}, of a job that depends on earlier ones. */
  void order(long inMs, TenantId tenant, JobSpec spec, long cancelMs, List<Wish> wishes) {
    planned++;
    scene.agenda.in(
        inMs,
        () -> {
          Order order = new Order(tenant, dependent(tenant, spec, wishes), "key-" + orders.size());
          orders.add(order);
          submit(order, cancelMs);
        });
  }

  /** A dependency on the job that was ordered as the {@code nth} of all, from 0. */
  record Wish(Dependency.Kind kind, int nth) {}

  /** Depends on those of the tenant that were acknowledged by now. */
  private JobSpec dependent(TenantId tenant, JobSpec spec, List<Wish> wishes) {
    List<Dependency> dependencies = new ArrayList<>();
    for (Wish wish : wishes) {
      Order other = wish.nth < orders.size() ? orders.get(wish.nth) : null;
      if (other != null && other.number > 0 && other.tenant.equals(tenant)) {
        dependencies.add(new Dependency(wish.kind, other.number));
        scene.chronicle.count("depends");
      }
    }
    Conditions own = spec.conditions();
    return spec.under(
        new Conditions(own.hold(), dependencies).within(own.beginMs(), own.deadlineMs()));
  }

  /** Cancels a job that was acknowledged. */
  void cancel(TenantId tenant, long number) {
    orders.stream()
        .filter(order -> order.tenant.equals(tenant) && order.number == number)
        .findFirst()
        .ifPresent(this::cancel);
  }

  /**
   * Holds the job that was ordered as the {@code nth} of all, releases, prioritises or requeues it.
   * A release is repeated until the job is over: a hold that was late must not be the last word.
   */
  void steer(long inMs, int nth, LongFunction<TenantQuery.OnJob> order) {
    scene.agenda.in(
        inMs,
        () -> {
          if (nth < orders.size() && orders.get(nth).number > 0) {
            steer(orders.get(nth), order.apply(orders.get(nth).number), new boolean[1]);
          } else if (nth >= orders.size() || !orders.get(nth).refused) {
            steer(RETRY_MS, nth, order);
          }
        });
  }

  private void steer(Order order, TenantQuery.OnJob query, boolean[] answered) {
    Job job = world.tenantLedger(order.tenant).job(order.number);
    boolean over = job != null && job.state().terminal();
    if (over || (answered[0] && !(query instanceof TenantQuery.Release))) {
      return;
    }
    ask(
        order.tenant,
        query,
        answer -> {
          answered[0] = true;
          scene.chronicle.count("steered");
        });
    scene.agenda.in(RETRY_MS, () -> steer(order, query, answered));
  }

  /** Says what the tenant may use, until that is answered. */
  void quota(TenantId tenant, Quota quota) {
    boolean[] answered = {false};
    ask(tenant, new TenantQuery.SetQuota(quota), answer -> answered[0] = true);
    scene.agenda.in(
        RETRY_MS,
        () -> {
          if (!answered[0]) {
            quota(tenant, quota);
          }
        });
  }

  void answer(long asker, Wire answer) {
    Consumer<Wire> expected = waiting.remove(asker);
    if (expected != null) {
      expected.accept(answer);
    }
  }

  private void submit(Order order, long cancelMs) {
    if (order.answered()) {
      return;
    }
    ask(
        order.tenant,
        new TenantQuery.Submit(order.spec, order.key),
        answer -> {
          if (answer instanceof JobAnswer taken) {
            long number = taken.job().id().number();
            world.invariants().sameNumber(order, number);
            boolean first = order.number == 0;
            order.number = number;
            world.invariants().acknowledged(order);
            if (first && cancelMs >= 0) {
              scene.agenda.in(cancelMs, () -> cancel(order));
            }
          } else {
            order.refused = true;
            scene.chronicle.count("refused");
            if (answer instanceof Refused why) {
              world.watch().refused(order.tenant, order.spec, why);
            }
          }
        });
    scene.agenda.in(RETRY_MS, () -> submit(order, cancelMs));
  }

  private void cancel(Order order) {
    if (order.cancelHeard) {
      return;
    }
    order.cancels = true;
    ask(
        order.tenant,
        new TenantQuery.Cancel(order.number),
        answer -> {
          order.cancelHeard = true;
          scene.chronicle.count("cancelled");
        });
    scene.agenda.in(RETRY_MS, () -> cancel(order));
  }

  private void ask(TenantId tenant, TenantQuery query, Consumer<Wire> expected) {
    long asker = ++lastAsker;
    waiting.put(asker, expected);
    int site = scene.chance.below(scene.settings.sites());
    Entity<?, ?, ?> entity = world.tenant(tenant);
    scene.send(site, entity.site(), () -> entity.hear(new Request(asker, query)));
  }
}
