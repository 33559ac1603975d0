// SPDX-License-Identifier: Apache-2.0
package dev.muster.house;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.xml.sax.SAXException;

/**
 * Skipped tests, read from the reports that surefire writes. A skipped test must stand in acceptance/skips.txt, one
 * line each: class, method or *, and the reason for which it may be skipped.
 */
final class Skips {

    /** One line of the list. */
    record Allowed(String type, String method, String reason) {

        boolean covers(String testType, String testMethod) {
            return type.equals(testType) && (method.equals("*") || method.equals(testMethod));
        }
    }

    private Skips() {}

    /** The lines of the list; empty lines and lines that begin with # say nothing. */
    static List<Allowed> read(String list) {
        var allowed = new ArrayList<Allowed>();
        for (var line : list.lines().map(String::strip).toList()) {
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            var words = line.split("\\s+", 3);
            if (words.length < 3) {
                throw new IllegalArgumentException("acceptance/skips.txt: no reason given: " + line);
            }
            allowed.add(new Allowed(words[0], words[1], words[2]));
        }
        return allowed;
    }

    /** Skipped tests in the reports of the folder that the list does not cover; without the folder nothing ran. */
    static List<Violation> check(Path reports, List<Allowed> allowed) throws IOException {
        var found = new ArrayList<Violation>();
        if (!Files.isDirectory(reports)) {
            return found;
        }
        try (var paths = Files.newDirectoryStream(reports, "TEST-*.xml")) {
            for (var path : paths) {
                found.addAll(checkReport(path, allowed));
            }
        }
        return found;
    }

    private static List<Violation> checkReport(Path report, List<Allowed> allowed) throws IOException {
        var found = new ArrayList<Violation>();
        var skipped = parse(report).getElementsByTagName("skipped");
        for (var i = 0; i < skipped.getLength(); i++) {
            var test = (Element) skipped.item(i).getParentNode();
            var type = test.getAttribute("classname");
            var method = test.getAttribute("name").replaceFirst("[({\\[].*", "");
            if (allowed.stream().noneMatch(line -> line.covers(type, method))) {
                var message = ((Element) skipped.item(i)).getAttribute("message")
                        + skipped.item(i).getTextContent().strip().lines().findFirst().orElse("");
                found.add(new Violation(type, 0, test.getAttribute("name") + " was skipped (" + message
                        + ") and is not in acceptance/skips.txt; a report of an earlier run goes away with mvn clean"));
            }
        }
        return found;
    }

    private static Element parse(Path report) throws IOException {
        try {
            var factory = DocumentBuilderFactory.newInstance();
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            return factory.newDocumentBuilder().parse(report.toFile()).getDocumentElement();
        } catch (ParserConfigurationException | SAXException e) {
            throw new IOException("not a test report: " + report, e);
        }
    }
}
