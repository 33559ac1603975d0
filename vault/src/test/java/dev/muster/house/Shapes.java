// SPDX-License-Identifier: Apache-2.0
package dev.muster.house;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.DoWhileLoopTree;
import com.sun.source.tree.EnhancedForLoopTree;
import com.sun.source.tree.ForLoopTree;
import com.sun.source.tree.IfTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.StatementTree;
import com.sun.source.tree.SwitchExpressionTree;
import com.sun.source.tree.SwitchTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.WhileLoopTree;
import com.sun.source.util.TreeScanner;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Sizes: how long files and methods are, how many parameters a constructor takes, how deep branches nest. */
final class Shapes {

    static final int FILE_LINES_MAX = 500;
    static final int METHOD_LINES_MAX = 60;
    static final int METHOD_LINES_90TH_PERCENTILE_MAX = 18;
    static final int CONSTRUCTOR_PARAMETERS_MAX = 6;
    static final int NESTING_MAX = 3;

    /** Below this the 90th percentile says nothing. */
    private static final int METHODS_FOR_PERCENTILE_MIN = 30;

    private Shapes() {}

    static List<Violation> check(SourceFile source) {
        var scan = new Scan(source);
        var lines = source.text().lines().count();
        if (lines > FILE_LINES_MAX) {
            scan.found.add(new Violation(source.name(), 0,
                    lines + " lines, at most " + FILE_LINES_MAX + ": split it by what its parts are about"));
        }
        scan.scan(source.unit(), null);
        return scan.found;
    }

    /** The 90th percentile of all method lengths of a module. */
    static List<Violation> checkPercentile(List<SourceFile> sources) {
        var lengths = new ArrayList<Long>();
        for (var source : sources) {
            new TreeScanner<@Nullable Void, @Nullable Void>() {
                @Override
                public @Nullable Void visitMethod(MethodTree method, @Nullable Void nothing) {
                    if (method.getBody() != null) {
                        lengths.add(source.lines(method));
                    }
                    return super.visitMethod(method, null);
                }
            }.scan(source.unit(), null);
        }
        if (lengths.size() < METHODS_FOR_PERCENTILE_MIN) {
            return List.of();
        }
        lengths.sort(null);
        var percentile = lengths.get((lengths.size() * 9 + 9) / 10 - 1);
        return percentile <= METHOD_LINES_90TH_PERCENTILE_MAX
                ? List.of()
                : List.of(new Violation("the module", 0, "nine of ten methods are within " + percentile
                        + " lines, at most " + METHOD_LINES_90TH_PERCENTILE_MAX
                        + ": give the steps of long ones names"));
    }

    private static final class Scan extends TreeScanner<@Nullable Void, @Nullable Void> {

        private final SourceFile source;
        private final List<Violation> found = new ArrayList<>();
        private boolean inRecord;
        private int depth;

        Scan(SourceFile source) {
            this.source = source;
        }

        @Override
        public @Nullable Void visitClass(ClassTree type, @Nullable Void nothing) {
            var outer = inRecord;
            inRecord = type.getKind() == Tree.Kind.RECORD;
            super.visitClass(type, null);
            inRecord = outer;
            return null;
        }

        @Override
        public @Nullable Void visitMethod(MethodTree method, @Nullable Void nothing) {
            var lines = source.lines(method);
            if (lines > METHOD_LINES_MAX) {
                found.add(source.violation(method,
                        method.getName() + " has " + lines + " lines, at most " + METHOD_LINES_MAX));
            }
            var parameters = method.getParameters().size();
            if (method.getName().contentEquals("<init>") && !inRecord && parameters > CONSTRUCTOR_PARAMETERS_MAX) {
                found.add(source.violation(method, "a constructor with " + parameters + " parameters, at most "
                        + CONSTRUCTOR_PARAMETERS_MAX + ": take a record"));
            }
            var outer = depth;
            depth = 0;
            super.visitMethod(method, null);
            depth = outer;
            return null;
        }

        @Override
        public @Nullable Void visitIf(IfTree branch, @Nullable Void nothing) {
            scan(branch.getCondition(), null);
            nested(branch, () -> scan(branch.getThenStatement(), null));
            return switch (branch.getElseStatement()) {
                case null -> null;
                case IfTree chained -> visitIf(chained, null);
                case StatementTree otherwise -> nested(branch, () -> scan(otherwise, null));
            };
        }

        @Override
        public @Nullable Void visitForLoop(ForLoopTree loop, @Nullable Void nothing) {
            return nested(loop, () -> super.visitForLoop(loop, null));
        }

        @Override
        public @Nullable Void visitEnhancedForLoop(EnhancedForLoopTree loop, @Nullable Void nothing) {
            return nested(loop, () -> super.visitEnhancedForLoop(loop, null));
        }

        @Override
        public @Nullable Void visitWhileLoop(WhileLoopTree loop, @Nullable Void nothing) {
            return nested(loop, () -> super.visitWhileLoop(loop, null));
        }

        @Override
        public @Nullable Void visitDoWhileLoop(DoWhileLoopTree loop, @Nullable Void nothing) {
            return nested(loop, () -> super.visitDoWhileLoop(loop, null));
        }

        @Override
        public @Nullable Void visitSwitch(SwitchTree choice, @Nullable Void nothing) {
            return nested(choice, () -> super.visitSwitch(choice, null));
        }

        @Override
        public @Nullable Void visitSwitchExpression(SwitchExpressionTree choice, @Nullable Void nothing) {
            return nested(choice, () -> super.visitSwitchExpression(choice, null));
        }

        private @Nullable Void nested(Tree tree, Supplier<@Nullable Void> inside) {
            depth++;
            if (depth == NESTING_MAX + 1) {
                found.add(source.violation(tree, "branches nest deeper than " + NESTING_MAX
                        + ": leave early, or give the inner part a name"));
            }
            inside.get();
            depth--;
            return null;
        }
    }
}
