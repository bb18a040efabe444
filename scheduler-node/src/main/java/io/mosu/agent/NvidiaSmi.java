// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import io.mosu.scheduler.host.HostFigures;
import io.mosu.scheduler.host.HostFigures.DeviceFigures;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.ErrorHandler;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;
import org.xml.sax.helpers.DefaultHandler;

/**
 * Reads what {@code nvidia-smi -q -x} and {@code nvidia-smi -L} print. The XML differs between
 * drivers (schemas v9 to v13): what one does not say counts as zero, or as absent.
 */
final class NvidiaSmi {

  /** {@code MIG 1g.10gb Device 0: (UUID: MIG-...)}, below the line of its GPU. */
  private static final Pattern LISTED =
      Pattern.compile("\\s+MIG\\s+(\\S+)\\s+Device\\s+([0-9]+):\\s+\\(UUID:\\s+(\\S+)\\)\\s*");

  private static final Pattern LISTED_GPU =
      Pattern.compile("GPU\\s+[0-9]+:.*UUID:\\s+(\\S+)\\)\\s*");
  private static final Pattern NUMBER = Pattern.compile("([0-9]+)(?:\\s+MiB)?");

  /** {@code 77.49 W}, {@code 30 C}, {@code 5 %}; not {@code N/A}. */
  private static final Pattern FIGURE =
      Pattern.compile("([0-9]{1,9}(?:\\.[0-9]+)?)\\s*(?:MiB|C|W|%)");

  private NvidiaSmi() {}

  /**
   * One GPU.
   *
   * @param pci its address as the kernel's log has it, {@code 0000:3b:00}
   * @param product the vendor's name for it
   * @param partitioned whether it is in MIG mode: then only its partitions can be used
   * @param uncorrectable ECC errors that could not be corrected, since the driver's start
   * @param remapPending whether a row of its memory is to be replaced at the next reset
   * @param remapFailed whether one cannot be replaced any more
   * @param unrepairable whether its memory cannot be repaired
   * @param recovery what the driver asks for to make it work again, such as {@code GPU Reset};
   *     empty if nothing
   * @param figures how busy it is
   */
  record Gpu(
      String pci,
      String product,
      String uuid,
      int memoryMib,
      boolean partitioned,
      List<Partition> partitions,
      long uncorrectable,
      boolean remapPending,
      boolean remapFailed,
      boolean unrepairable,
      String recovery,
      DeviceFigures figures) {}

  /**
   * One MIG device; {@code uuid} and {@code profile} are empty where the XML does not have them.
   */
  record Partition(int index, int memoryMib, String uuid, String profile) {}

  /**
   * Reads the XML.
   *
   * @throws IllegalArgumentException if it is none, with a text for the operator
   */
  static List<Gpu> gpus(String xml) {
    if (xml.strip().startsWith("No devices were found")) {
      return List.of();
    }
    Element log = root(xml);
    if (!log.getTagName().equals("nvidia_smi_log")) {
      throw new IllegalArgumentException(
          "nvidia-smi -q -x answered <" + log.getTagName() + "> instead of <nvidia_smi_log>");
    }
    List<Gpu> gpus = new ArrayList<>();
    for (Element gpu : children(log, "gpu")) {
      gpus.add(gpu(gpu));
    }
    return gpus;
  }

  /** The partitions' names and ids, by their GPU's id, from {@code nvidia-smi -L}. */
  static Map<String, List<Partition>> partitions(String listing) {
    Map<String, List<Partition>> byGpu = new HashMap<>();
    List<Partition> current = new ArrayList<>();
    for (String line : listing.lines().toList()) {
      Matcher gpu = LISTED_GPU.matcher(line);
      Matcher partition = LISTED.matcher(line);
      if (gpu.matches()) {
        current = byGpu.computeIfAbsent(gpu.group(1), uuid -> new ArrayList<>());
      } else if (partition.matches()) {
        current.add(
            new Partition(
                Integer.parseInt(partition.group(2)), 0, partition.group(3), partition.group(1)));
      }
    }
    return byGpu;
  }

  /**
   * The model as job specs name it: {@code NVIDIA A100-SXM4-80GB} is an {@code A100}. Memory and
   * form factor are left out; the device's memory is told apart from its model.
   */
  static String model(String product) {
    String bare =
        product
            .replaceFirst("^NVIDIA\\s+", "")
            .replaceFirst("^(Tesla|Quadro|GeForce|Graphics Device)\\s+", "")
            .replaceFirst("[\\s-]+(SXM[0-9]*|PCI[Ee]|NVL|HGX).*$", "")
            .replaceFirst("[\\s-]+[0-9]+\\s?GB.*$", "")
            .replaceFirst("[\\s-]+HBM[0-9].*$", "")
            .replaceFirst("\\s+Generation$", "")
            .strip();
    return bare.isEmpty() ? "GPU" : bare.replaceAll("[^A-Za-z0-9.]+", "-");
  }

  private static Gpu gpu(Element gpu) {
    Element ecc = child(gpu, "ecc_errors");
    Element rows = child(gpu, "remapped_rows");
    List<Partition> partitions = new ArrayList<>();
    for (Element partition : children(child(gpu, "mig_devices"), "mig_device")) {
      partitions.add(
          new Partition(
              (int) number(text(partition, "index")),
              (int) number(text(child(partition, "fb_memory_usage"), "total")),
              text(partition, "uuid"),
              text(partition, "profile_name")));
    }
    return new Gpu(
        pci(gpu.getAttribute("id")),
        text(gpu, "product_name"),
        text(gpu, "uuid"),
        (int) number(text(child(gpu, "fb_memory_usage"), "total")),
        text(child(gpu, "mig_mode"), "current_mig").equals("Enabled"),
        partitions,
        uncorrectable(child(ecc, "volatile")),
        yes(rows, "remapped_row_pending")
            || yes(ecc, "channel_repair_pending")
            || yes(child(gpu, "retired_pages"), "pending_retirement"),
        yes(rows, "remapped_row_failure"),
        yes(ecc, "unrepairable_memory"),
        text(gpu, "gpu_recovery_action").replaceFirst("^(None|N/A)$", ""),
        figures(gpu));
  }

  /** Its power has had three names. */
  private static DeviceFigures figures(Element gpu) {
    int watts = figure(text(child(gpu, "gpu_power_readings"), "instant_power_draw"));
    if (watts < 0) {
      watts = figure(text(child(gpu, "gpu_power_readings"), "power_draw"));
    }
    return new DeviceFigures(
        text(gpu, "uuid"),
        figure(text(child(gpu, "utilization"), "gpu_util")),
        figure(text(child(gpu, "fb_memory_usage"), "used")),
        figure(text(child(gpu, "temperature"), "gpu_temp")),
        watts >= 0 ? watts : figure(text(child(gpu, "power_readings"), "power_draw")));
  }

  private static int figure(String text) {
    Matcher figure = FIGURE.matcher(text);
    return figure.matches()
        ? (int) Math.round(Double.parseDouble(figure.group(1)))
        : HostFigures.UNKNOWN;
  }

  private static boolean yes(Element parent, String name) {
    return text(parent, name).equals("Yes");
  }

  /**
   * Up to schema v10: {@code double_bit/total}; v11: {@code sram_uncorrectable} and {@code
   * dram_uncorrectable}; later drivers tell parity errors from those of two bits.
   */
  private static long uncorrectable(Element counters) {
    return number(text(child(counters, "double_bit"), "total"))
        + number(text(counters, "sram_uncorrectable"))
        + number(text(counters, "sram_uncorrectable_parity"))
        + number(text(counters, "sram_uncorrectable_secded"))
        + number(text(counters, "dram_uncorrectable"));
  }

  /** {@code 00000000:3B:00.0} as the kernel writes it: {@code 0000:3b:00}. */
  static String pci(String id) {
    String address = id.toLowerCase(Locale.ROOT).replaceFirst("\\.[0-9a-f]+$", "");
    int colon = address.indexOf(':');
    return colon > 4 ? address.substring(colon - 4) : address;
  }

  private static long number(String text) {
    Matcher number = NUMBER.matcher(text);
    return number.matches() ? Long.parseLong(number.group(1)) : 0;
  }

  private static Element root(String xml) {
    try {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
      factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
      factory.setFeature("http://xml.org/sax/features/external-general-entities", false);
      factory.setFeature("http://xml.org/sax/features/external-parameter-entities", false);
      factory.setExpandEntityReferences(false);
      DocumentBuilder builder = factory.newDocumentBuilder();
      builder.setErrorHandler(new Strict());
      return builder
          .parse(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)))
          .getDocumentElement();
    } catch (SAXException | IOException broken) {
      String start = xml.strip().lines().findFirst().orElse("nothing");
      throw new IllegalArgumentException(
          "nvidia-smi -q -x answered no XML, but: "
              + start.substring(0, Math.min(start.length(), 200)),
          broken);
    } catch (ParserConfigurationException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** The first child of that name, or an element that has none. */
  private static Element child(Element parent, String name) {
    List<Element> all = children(parent, name);
    return all.isEmpty() ? parent.getOwnerDocument().createElement("absent") : all.get(0);
  }

  private static List<Element> children(Element parent, String name) {
    List<Element> children = new ArrayList<>();
    for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
      if (node instanceof Element element && element.getTagName().equals(name)) {
        children.add(element);
      }
    }
    return children;
  }

  private static String text(Element parent, String name) {
    return child(parent, name).getTextContent().strip();
  }

  /** Without it the library prints to the error stream by itself. */
  private static final class Strict extends DefaultHandler implements ErrorHandler {
    @Override
    public void error(SAXParseException problem) throws SAXException {
      throw problem;
    }

    @Override
    public void fatalError(SAXParseException problem) throws SAXException {
      throw problem;
    }
  }
}
