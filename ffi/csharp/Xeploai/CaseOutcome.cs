namespace Xeploai
{
    /// <summary>How a case ends.</summary>
    public enum Outcome
    {
        /// <summary>One level.</summary>
        Rated = 0,
        /// <summary>Discretion or a gap of the text keeps it open.</summary>
        AuthorityDecides = 1,
        /// <summary>Missing facts keep it open.</summary>
        Undetermined = 2,
        /// <summary>Reviewed, but not rated.</summary>
        NotRated = 3,
        /// <summary>Neither reviewed nor rated.</summary>
        NotReviewed = 4,
        /// <summary>The facts are not in order.</summary>
        Invalid = 5,
    }

    /// <summary>
    /// How a case came out. Levels are places in the list <c>levels</c> of <see cref="Rulebook.Summary"/>, the lowest 0; -1 where
    /// there is none.
    /// </summary>
    public struct CaseOutcome
    {
        internal CaseOutcome(NativeMethods.OutcomeOfCase native) : this()
        {
            Outcome = (Outcome)native.Outcome;
            Level = native.Level;
            AtLeast = native.AtLeast;
            AtMost = native.AtMost;
            ReasonWords = checked((int)native.ReasonWords);
        }

        /// <summary>How it ends.</summary>
        public Outcome Outcome { get; private set; }

        /// <summary>The level; only of a case that is rated.</summary>
        public int Level { get; private set; }

        /// <summary>The lowest level that is possible.</summary>
        public int AtLeast { get; private set; }

        /// <summary>The highest level that is possible.</summary>
        public int AtMost { get; private set; }

        /// <summary>How many words of 64 bits the reason code has; the same for every case of the kind.</summary>
        public int ReasonWords { get; private set; }
    }
}
