package vn.xeploai;

import java.util.Locale;

/** How a case came out, as numbers. Levels are places in the rulebook's list of levels, the lowest 0. */
public final class Outcome {
    /** How a case ends. */
    public enum Kind {
        /** One level. */
        RATED,
        /** Discretion or a gap of the text keeps it open. */
        AUTHORITY_DECIDES,
        /** Missing facts keep it open. */
        UNDETERMINED,
        /** Reviewed, but not rated. */
        NOT_RATED,
        /** Neither reviewed nor rated. */
        NOT_REVIEWED,
        /** The facts are not in order. */
        INVALID;

        private static final Kind[] ALL = values();

        /**
         * The code, the same in every face.
         *
         * @return the code, such as {@code authority_decides}
         */
        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Kind kind;
    private final int level;
    private final int atLeast;
    private final int atMost;
    private final long[] reasons;

    Outcome(int kind, int level, int atLeast, int atMost, long[] reasons) {
        this.kind = Kind.ALL[kind];
        this.level = level;
        this.atLeast = atLeast;
        this.atMost = atMost;
        this.reasons = reasons;
    }

    /**
     * How the case ends.
     *
     * @return the kind of the outcome
     */
    public Kind kind() {
        return kind;
    }

    /**
     * The level; only of a case that is {@link Kind#RATED}.
     *
     * @return the place of the level, or -1
     */
    public int level() {
        return level;
    }

    /**
     * The lowest level that is possible.
     *
     * @return the place of the level, or -1 where there is none
     */
    public int atLeast() {
        return atLeast;
    }

    /**
     * The highest level that is possible.
     *
     * @return the place of the level, or -1 where there is none
     */
    public int atMost() {
        return atMost;
    }

    /**
     * The words of the reason code, 64 bits each, which say of every rule whether it holds. How they are read stands in
     * {@link Rulebook#summaryJson()}.
     *
     * @return a copy of the words
     */
    public long[] reasons() {
        return reasons.clone();
    }
}
