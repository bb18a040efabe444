// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;

/**
 * Who may know whom: rules know no actor, no clock, no bytes; the client knows only the HTTP API.
 */
@AnalyzeClasses(packages = "io.mosu", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  private static final String SHELLS = ".*(Entity|Actor|Main)(\\$.*)?";
  private static final String[] PURE = {
    "io.mosu.scheduler.model..",
    "io.mosu.scheduler.placement..",
    "io.mosu.scheduler.node..",
    "io.mosu.scheduler.tenant..",
    "io.mosu.scheduler.negotiation..",
    "io.mosu.scheduler.board..",
    "io.mosu.scheduler.host..",
    "io.mosu.scheduler.journal..",
  };

  @ArchTest
  static final ArchRule onlyShellsSeePekko =
      noClasses()
          .that()
          .resideInAnyPackage(PURE)
          .and()
          .haveNameNotMatching(SHELLS)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.pekko..");

  @ArchTest
  static final ArchRule rulesReadNoClockAndDrawNoLots =
      noClasses()
          .that()
          .resideInAnyPackage(PURE)
          .and()
          .haveNameNotMatching(SHELLS)
          .should()
          .callMethod(Instant.class, "now")
          .orShould()
          .callMethod(System.class, "nanoTime")
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(Math.class, "random")
          .orShould()
          .callConstructor(Random.class)
          .orShould()
          .callConstructor(SplittableRandom.class);

  /** Their order is another one in each process: a seed would not repeat a run. */
  @ArchTest
  static final ArchRule rulesCopyInOrder =
      noClasses()
          .that()
          .resideInAnyPackage(
              "io.mosu.scheduler.board..",
              "io.mosu.scheduler.negotiation..",
              "io.mosu.scheduler.node..",
              "io.mosu.scheduler.placement..",
              "io.mosu.scheduler.tenant..",
              "io.mosu.simulation..")
          .and()
          .haveNameNotMatching(SHELLS)
          .should()
          .callMethod(Set.class, "copyOf", Collection.class)
          .orShould()
          .callMethod(Map.class, "copyOf", Map.class);

  @ArchTest
  static final ArchRule nothingSleeps =
      noClasses()
          .that()
          .resideInAPackage("io.mosu.scheduler..")
          .should()
          .callMethod(Thread.class, "sleep", long.class);

  @ArchTest
  static final ArchRule shellsDoNotBlock =
      noClasses()
          .that()
          .haveNameMatching(".*(Entity|Actor)(\\$.*)?")
          .should()
          .callMethod(CompletableFuture.class, "join")
          .orShould()
          .callMethod(CompletableFuture.class, "get")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule onlyWireSeesProtobuf =
      noClasses()
          .that()
          .resideOutsideOfPackages("io.mosu.scheduler.wire..", "io.mosu.protocol..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.mosu.protocol..", "com.google.protobuf..");

  @ArchTest
  static final ArchRule packagesAreAcyclic =
      slices().matching("io.mosu.scheduler.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule modelIsALeaf =
      noClasses()
          .that()
          .resideInAPackage("io.mosu.scheduler.model..")
          .should()
          .dependOnClassesThat(
              resideInAPackage("io.mosu..")
                  .and(resideOutsideOfPackage("io.mosu.scheduler.model.."))
                  .as("are Mosu's outside model"));

  @ArchTest
  static final ArchRule tenantsAndNodesMeetInNegotiation =
      noClasses()
          .that()
          .resideInAPackage("io.mosu.scheduler.node..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.mosu.scheduler.tenant..");

  @ArchTest
  static final ArchRule theAgentSharesOnlyTheConversation =
      noClasses()
          .that()
          .resideInAPackage("io.mosu.agent..")
          .should()
          .dependOnClassesThat(
              resideInAPackage("io.mosu.scheduler..")
                  .and(
                      resideOutsideOfPackages(
                          "io.mosu.scheduler.model..",
                          "io.mosu.scheduler.host..",
                          "io.mosu.scheduler.wire.."))
                  .as("are the scheduler's own"));

  @ArchTest
  static final ArchRule theAgentsRulesArePure =
      noClasses()
          .that()
          .haveNameMatching("io\\.mosu\\.agent\\.(HostRules|HostMemory|HostEffects|KnownTask).*")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.pekko..", "java.io..", "java.nio..");

  @ArchTest
  static final ArchRule theClientKnowsOnlyTheHttpApi =
      noClasses()
          .that()
          .resideInAPackage("io.mosu.cli..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.mosu.scheduler..", "io.mosu.agent..", "io.mosu.protocol..", "org.apache.pekko..");

  @ArchTest
  static final ArchRule namesSayWhatAThingIs =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.mosu.protocol..")
          .should()
          .haveNameMatching(".*(Utils?|Helper|Manager|Impl|Base|Common|Misc)(\\$.*)?")
          .orShould()
          .resideInAnyPackage("..util..", "..utils..", "..common..", "..helper..", "..impl..");
}
