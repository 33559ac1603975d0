// SPDX-License-Identifier: Apache-2.0
package dev.muster.house;

import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.ImportTree;
import com.sun.source.tree.MemberReferenceTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.TreeScanner;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Calls that a test could not control (time, randomness, the environment) or that go past the project's own parts.
 * Names are taken as written: nothing is resolved, so a type of another package that is called System is banned too.
 */
final class Calls {

    private static final Pattern MOCKING = Pattern.compile("org\\.(mockito|easymock|powermock|jmock)\\..*|mockit\\..*");

    private Calls() {}

    static List<Violation> check(SourceFile source, List<Ban> bans) {
        var scan = new Scan(source, bans);
        scan.scan(source.unit(), null);
        return List.copyOf(scan.found);
    }

    private static final class Scan extends TreeScanner<@Nullable Void, @Nullable Void> {

        private final SourceFile source;
        private final List<Ban> bans;
        private final LinkedHashSet<Violation> found = new LinkedHashSet<>();

        Scan(SourceFile source, List<Ban> bans) {
            this.source = source;
            this.bans = new ArrayList<>(bans);
            this.bans.removeIf(ban -> ban.allows(source));
        }

        @Override
        public @Nullable Void visitImport(ImportTree line, @Nullable Void nothing) {
            if (MOCKING.matcher(line.getQualifiedIdentifier().toString()).matches()) {
                found.add(source.violation(line, "a mocking framework: use the real part or write a fake"));
            }
            if (line.isStatic()) {
                look(line, written(line.getQualifiedIdentifier()));
            }
            return null;
        }

        @Override
        public @Nullable Void visitMemberSelect(MemberSelectTree select, @Nullable Void nothing) {
            look(select, written(select));
            return super.visitMemberSelect(select, null);
        }

        @Override
        public @Nullable Void visitMemberReference(MemberReferenceTree reference, @Nullable Void nothing) {
            var type = lastName(reference.getQualifierExpression());
            switch (reference.getMode()) {
                case NEW -> look(reference, "new " + type + "()");
                case INVOKE -> look(reference, type + "." + reference.getName());
            }
            return super.visitMemberReference(reference, null);
        }

        @Override
        public @Nullable Void visitNewClass(NewClassTree creation, @Nullable Void nothing) {
            var arguments = creation.getArguments().isEmpty() ? "()" : "(...)";
            look(creation, "new " + lastName(creation.getIdentifier()) + arguments);
            return super.visitNewClass(creation, null);
        }

        private void look(Tree tree, String call) {
            for (var ban : bans) {
                if (ban.call().matcher(call).matches()) {
                    found.add(source.violation(tree, call + ": " + ban.instead()));
                }
            }
        }

        private static String written(Tree tree) {
            return tree instanceof MemberSelectTree select
                    ? lastName(select.getExpression()) + "." + select.getIdentifier()
                    : lastName(tree);
        }

        /** The last name of a.b.C; a question mark for anything that is not a name. */
        private static String lastName(Tree tree) {
            return switch (tree) {
                case IdentifierTree name -> name.getName().toString();
                case MemberSelectTree select -> select.getIdentifier().toString();
                case ExpressionTree _ -> "?";
                default -> tree.toString();
            };
        }
    }
}
