// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.cli;

import static io.mosu.cli.FakeSchedulerNode.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ListingTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-23T12:00:00Z"), ZoneOffset.UTC);
  private static final String WAITING =
      """
      {"id":"acme-12","tenant":"acme","project":"default","name":"train","state":"QUEUED",
       "reason":"NO_CAPACITY","detail":"0 of 8 free","nodes":2,"gpusPerNode":8,"gpus":16,
       "attempt":1,"submittedAt":"2026-11-23T11:56:30Z","placement":[],"exitCode":null}""";
  private static final String RUNNING =
      """
      {"id":"b-1","tenant":"b","name":"评测","state":"RUNNING","reason":null,"nodes":1,
       "gpus":0.5,"attempt":1,"submittedAt":"2026-11-22T00:00:00Z",
       "placement":[{"rank":0,"node":"n-1","devices":[0],"exitCode":null}]}""";
  private static final String NODE =
      """
      {"id":"n-1","supplier":"aurora","site":"east","model":"H100","gpus":8,"gpusFree":6,
       "gpusFaulty":1,"milliFree":[1000,500],"cpuMilli":96000,"cpuMilliFree":92500,"memoryMib":1024,
       "memoryMibFree":512,"leases":2,"state":"UP","ownerEpoch":3,"leaseList":[{"token":5,
       "negotiation":"x","tenant":"acme","job":"acme-12","state":"ACTIVE",
       "tasks":[{"rank":0,"devices":[0,1],"milli":1000}]}]}""";
  private static final String TENANT =
      """
      {"id":"acme","queued":3,"running":2,"ended":10,"gpusUsed":18.0,"gpusWaiting":4.5,
       "gpusGuaranteed":16.0,"gpusLimit":null,"weight":2,"gpusBorrowed":2.0}""";

  private final FakeSchedulerNode node = new FakeSchedulerNode();

  @AfterEach
  void stop() {
    node.close();
  }

  @Test
  void psAlignsItsColumnsUnderTheirHeaders() {
    node.on("GET /v1/jobs?", json(200, jobs(WAITING + "," + RUNNING, "null")));
    Cli ps = mosu("ps");
    assertThat(ps.exitCode()).isZero();
    assertThat(ps.out())
        .isEqualTo(
            """
            JOB      TENANT  NAME   STATE    GPUS  NODE  AGE    REASON
            acme-12  acme    train  QUEUED   16    -     3m30s  NO_CAPACITY
            b-1      b       评测     RUNNING  0.5   n-1   36h    -
            """);
    assertThat(node.requests())
        .containsExactly(
            "GET /v1/jobs?pageSize=500&state=QUEUED,STARTING,RUNNING,STOPPING,PREEMPTING,REQUEUING");
  }

  @Test
  void psWithoutHeadersPrintsRowsOnly() {
    node.on("GET /v1/jobs?", json(200, jobs(RUNNING, "null")));
    assertThat(mosu("ps", "--no-headers").out().lines()).hasSize(1);
  }

  @Test
  void psReadsPageAfterPageAndPrintsThemAsOneJsonDocument() {
    node.on("GET /v1/jobs?", json(200, jobs(WAITING, "\"p 2\"")), json(200, jobs(RUNNING, "null")));
    Cli ps = mosu("ps", "--all", "--tenant", "acme", "-o", "json");
    assertThat(ps.out()).contains("\"acme-12\"", "\"b-1\"", "\"gpus\" : 0.5", "\"detail\"");
    assertThat(node.requests())
        .containsExactly(
            "GET /v1/jobs?pageSize=500&tenant=acme",
            "GET /v1/jobs?pageSize=500&tenant=acme&pageToken=p%202");
  }

  @Test
  void psStopsAtItsLimitAndSaysSo() {
    node.on("GET /v1/jobs?", json(200, jobs(WAITING + "," + RUNNING, "\"more\"")));
    Cli ps = mosu("ps", "--limit", "2", "--no-headers");
    assertThat(ps.out().lines()).hasSize(2);
    assertThat(ps.err()).contains("more than 2 jobs");
  }

  @Test
  void psTakesItsTenantFromTheEnvironmentUnlessAllAreAskedFor() {
    node.on("GET /v1/jobs?", json(200, jobs("", "null")));
    Map<String, String> environment = Map.of("MOSU_ADDR", node.address(), "MOSU_TENANT", "b");
    Cli.mosu(environment, "ps", "--all");
    Cli.mosu(environment, "ps", "--all", "-A");
    assertThat(node.requests())
        .containsExactly("GET /v1/jobs?pageSize=500&tenant=b", "GET /v1/jobs?pageSize=500");
  }

  @Test
  void nodeListShowsWhatIsFree() {
    node.on("GET /v1/nodes?supplier=aurora", json(200, "{\"nodes\":[" + NODE + "]}"));
    assertThat(mosu("node", "ls", "--supplier", "aurora").out())
        .isEqualTo(
            """
            NODE  SUPPLIER  SITE  MODEL  GPUS  FREE  FAULTY  CPUS-FREE  MIB-FREE  LEASES  STATE
            n-1   aurora    east  H100   8     6     1       92.5       512       2       UP
            """);
  }

  @Test
  void nodeShowSaysWhichDeviceIsOutAndWhyAndHowItComesBack() {
    String devices =
        """
        ,"devices":[{"index":0,"uuid":"GPU-a","model":"H100","memoryMib":81559,"health":"OK"},
         {"index":1,"uuid":"GPU-b","model":"H100","memoryMib":81559,"health":"QUARANTINED",
          "code":"xid-79","detail":"fell off","stays":true,"failures":2,
          "since":"2026-11-23T11:56:30Z"}],
         "drain":{"reason":"cables","begun":true,"from":"2026-11-23T11:56:30Z"}}""";
    node.on("GET /v1/nodes/n-1", json(200, NODE.substring(0, NODE.length() - 1) + devices));
    assertThat(mosu("node", "show", "n-1").out())
        .contains("drain:        from 2026-11-23T11:56:30Z, deadline -, until - cables\n")
        .contains("1       GPU-b  QUARANTINED  xid-79")
        .contains("by an operator")
        .doesNotContain("GPU-a");
  }

  @Test
  void drainReachesEachNodeOfASupplier() {
    node.on("GET /v1/nodes?supplier=aurora", json(200, "{\"nodes\":[" + NODE + "]}"));
    node.on("POST /v1/nodes/n-1:drain?", json(200, NODE.replace("UP", "DRAINING")));
    assertThat(
            mosu("node", "drain", "--supplier", "aurora", "--deadline", "10m", "--until", "+2h")
                .out())
        .isEqualTo("n-1 DRAINING\n");
    assertThat(node.requests().get(1))
        .startsWith("POST /v1/nodes/n-1:drain?reason=&until=")
        .endsWith("&deadline=600");
  }

  @Test
  void whichNodeIsToBeDrainedMustBeSaid() {
    assertThat(mosu("node", "drain").exitCode()).isEqualTo(64);
    assertThat(mosu("node", "drain", "n-1", "--deadline", "soon").exitCode()).isEqualTo(64);
    assertThat(mosu("node", "drain", "n-1", "--from", "noon").exitCode()).isEqualTo(64);
    assertThat(node.requests()).isEmpty();
  }

  @Test
  void undrainOfADeviceBringsItBack() {
    node.on("POST /v1/nodes/n-1:restore?device=3", json(200, NODE));
    assertThat(mosu("node", "undrain", "n-1", "--device", "3").out()).isEqualTo("n-1 UP\n");
    node.on("POST /v1/nodes/n-1:quarantine?device=3&reason=fan", json(200, NODE));
    assertThat(mosu("node", "quarantine", "n-1", "--device", "3", "--reason", "fan").exitCode())
        .isZero();
  }

  @Test
  void nodeShowPrintsItsLeases() {
    node.on("GET /v1/nodes/n-1", json(200, NODE));
    assertThat(mosu("node", "show", "n-1").out())
        .contains("gpus:         8 x H100\n", "gpus free:    6 (milli: 1000,500)\n")
        .endsWith(
            """

            LEASE  TENANT  JOB      TASK  DEVICES  MILLI  STATE
            5      acme    acme-12  0     0,1      1000   ACTIVE
            """);
  }

  @Test
  void tenantsAreListedAndShownAlike() {
    String table =
        """
        TENANT  QUEUED  RUNNING  ENDED  GPUS-USED  GPUS-WAITING  GUARANTEED  LIMIT  WEIGHT
        acme    3       2        10     18         4.5           16          -      2
        """;
    node.on("GET /v1/tenants", json(200, "{\"tenants\":[" + TENANT + "]}"))
        .on("GET /v1/tenants/acme", json(200, TENANT));
    assertThat(mosu("tenant", "ls").out()).isEqualTo(table);
    assertThat(mosu("tenant", "show", "acme").out()).isEqualTo(table);
    assertThat(mosu("tenant", "show", "acme", "-o", "json").out()).contains("\"gpusUsed\" : 18.0");
  }

  @Test
  void quotaIsSetWhole() {
    node.on("POST /v1/tenants/acme:quota?guaranteed=16&weight=2", json(200, TENANT));
    assertThat(mosu("quota", "set", "acme", "--guaranteed", "16", "--weight", "2").out())
        .contains("GUARANTEED", "acme    3");
  }

  @Test
  void whyTellsWhoWasAskedWhatTheyAnsweredAndTheRule() {
    node.on(
        "GET /v1/jobs/acme-12/why",
        json(
            200,
            """
            {"job":"acme-12","state":"RUNNING","summary":"placed on n-3","decision":{
             "negotiation":"neg-7","at":"2026-11-23T11:59:50Z","rule":"balanced","rounds":1,
             "invited":4,"chosen":["n-3"],
             "proposals":[{"node":"n-3","tasks":1,"score":12.0,"outcome":"AWARDED"}],
             "refusals":[{"reason":"NO_CAPACITY","count":3,"example":"n-9",
              "detail":"0 of 8 GPUs free, 2 asked"}]}}"""));
    assertThat(mosu("why", "acme-12").out())
        .isEqualTo(
            """
            acme-12 RUNNING: placed on n-3

            negotiation:  neg-7, 2026-11-23T11:59:50Z (10s ago)
            asked:        4 nodes in 1 round
            rule:         balanced
            chosen:       n-3

            PROPOSAL  TASKS  SCORE  OUTCOME
            n-3       1      12     AWARDED

            REFUSAL      NODES  EXAMPLE  DETAIL
            NO_CAPACITY  3      n-9      0 of 8 GPUs free, 2 asked
            """);
  }

  @Test
  void whyOfAJobThatNobodyWasAskedForSaysSo() {
    node.on(
        "GET /v1/jobs/a-1/why",
        json(
            200,
            "{\"job\":\"a-1\",\"state\":\"QUEUED\",\"summary\":\"is new\",\"decision\":null}"));
    assertThat(mosu("why", "a-1").out())
        .isEqualTo("a-1 QUEUED: is new\nNo node has been asked yet.\n");
  }

  private Cli mosu(String... args) {
    return Cli.mosu(Map.of("MOSU_ADDR", node.address()), "", CLOCK, args);
  }

  private static String jobs(String jobs, String nextPageToken) {
    return "{\"jobs\":[" + jobs + "],\"nextPageToken\":" + nextPageToken + "}";
  }
}
