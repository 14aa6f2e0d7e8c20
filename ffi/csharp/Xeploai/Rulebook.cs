using System;

namespace Xeploai
{
    /// <summary>
    /// One regulation with its guidance, ready to rate. It never changes; any number of threads may use it.
    /// </summary>
    /// <example>Rates a member who is exempt from activities, of whom nothing else has to be known:<code>
    /// using (Rulebook rulebook = Rulebook.Builtin("366-qd-tw"))
    /// {
    ///     string json = rulebook.RateJson("member", "{\"exempt_from_activities\": true}");
    ///     // {"outcome":"not_reviewed", …}
    /// }
    /// </code></example>
    public sealed class Rulebook : IDisposable
    {
        internal readonly RulebookHandle Handle;

        internal Rulebook(RulebookHandle handle)
        {
            Handle = handle;
        }

        /// <summary>
        /// A rulebook that comes with the package: of one that was amended the latest version, or the one in force on a day.
        /// </summary>
        /// <param name="id">Its id, such as <c>366-qd-tw</c>.</param>
        /// <param name="on">The day, <c>YYYY-MM-DD</c>; null for the latest version.</param>
        /// <returns>The rulebook, to be disposed of.</returns>
        /// <exception cref="XeploaiException">
        /// <see cref="Status.NotFound"/>: there is none of this id. <see cref="Status.NotInForce"/>: none on the day.
        /// <see cref="Status.AbiMismatch"/>: the
        /// native library does not fit.
        /// </exception>
        public static Rulebook Builtin(string id, string on = null)
        {
            byte[] name = Utf8.Required(id, "id");
            byte[] day = Utf8.Optional(on);
            About.Require();
            RulebookHandle made;
            IntPtr error;
            int status = NativeMethods.xeploai_rulebook_builtin(
                name, Utf8.Length(name), day, Utf8.Length(day), out made, out error);
            Call.Check(status, error);
            return new Rulebook(made);
        }

        /// <summary>A rulebook, or an overlay on a built-in one, from JSON.</summary>
        /// <param name="json">The document.</param>
        /// <returns>The rulebook, to be disposed of.</returns>
        /// <exception cref="XeploaiException">
        /// <see cref="Status.Load"/>: it cannot be loaded; <see cref="XeploaiException.Json"/> names every fault with its place.
        /// </exception>
        public static Rulebook Load(string json)
        {
            byte[] text = Utf8.Required(json, "json");
            About.Require();
            RulebookHandle made;
            IntPtr error;
            Call.Check(NativeMethods.xeploai_rulebook_load(text, Utf8.Length(text), out made, out error), error);
            return new Rulebook(made);
        }

        /// <summary>
        /// A rulebook with an overlay on it, such as a province's own regulation. This one stays as it is.
        /// </summary>
        /// <param name="json">The overlay.</param>
        /// <returns>The new rulebook, to be disposed of.</returns>
        /// <exception cref="XeploaiException">
        /// <see cref="Status.Load"/>: it cannot be put on; <see cref="XeploaiException.Json"/> names every fault with its place.
        /// </exception>
        public Rulebook WithOverlay(string json)
        {
            byte[] text = Utf8.Required(json, "json");
            RulebookHandle made;
            IntPtr error;
            int status = NativeMethods.xeploai_rulebook_with_overlay(Handle, text, Utf8.Length(text), out made, out error);
            Call.Check(status, error);
            return new Rulebook(made);
        }

        /// <summary>The SHA-256 digest of its canonical form: <c>sha256:</c> and hexadecimal digits.</summary>
        public string Digest
        {
            get { return Text(3, Language.English); }
        }

        /// <summary>
        /// What a program has to know before it rates, as JSON: <c>id</c>, <c>version</c>, <c>digest</c>, <c>levels</c> (lowest
        /// first), <c>policies</c>, of each of the <c>subjects</c> its <c>facts</c> in the order of their places, and how its
        /// <c>reasons</c> are read.
        /// </summary>
        public string Summary
        {
            get { return Text(1, Language.English); }
        }

        /// <summary>Its canonical JSON, over which the digest is taken.</summary>
        /// <returns>The JSON text.</returns>
        public string ToJson()
        {
            return Text(0, Language.English);
        }

        /// <summary>The rulebook as a page for jurists, in Markdown.</summary>
        /// <param name="language">The language.</param>
        /// <returns>The page.</returns>
        public string Page(Language language)
        {
            return Text(2, language);
        }

        private string Text(int what, Language language)
        {
            NativeMethods.Bytes text;
            IntPtr error;
            int status = NativeMethods.xeploai_rulebook_text(Handle, what, (int)language, out text, out error);
            return Call.Text(status, ref text, error);
        }

        /// <summary>
        /// Rates one case, JSON in and JSON out: the same text as every other face gives. Facts that are not in order give the
        /// outcome <c>invalid</c>, never an exception.
        /// </summary>
        /// <param name="subject">The code of the kind, such as <c>member</c>.</param>
        /// <param name="facts">A JSON object of facts.</param>
        /// <param name="policies">A JSON object of names of policies to options; null for the defaults.</param>
        /// <returns>The result, as JSON.</returns>
        /// <exception cref="XeploaiException">
        /// <see cref="Status.UnknownSubject"/>, <see cref="Status.Policy"/>, or <see cref="Status.Request"/> where the policies are
        /// no such object.
        /// </exception>
        public string RateJson(string subject, string facts, string policies = null)
        {
            byte[] kind = Utf8.Required(subject, "subject");
            byte[] known = Utf8.Required(facts, "facts");
            byte[] chosen = Utf8.Optional(policies);
            NativeMethods.Bytes result;
            IntPtr error;
            int status = NativeMethods.xeploai_rulebook_rate_json(
                Handle,
                kind, Utf8.Length(kind), known, Utf8.Length(known), chosen, Utf8.Length(chosen),
                out result, out error);
            return Call.Text(status, ref result, error);
        }

        /// <summary>
        /// The same in bytes of UTF-8, in and out, for programs that read and write such anyway. It is the fast one of the two:
        /// under Mono most of the time of <see cref="RateJson"/> goes into making the text.
        /// </summary>
        /// <param name="subject">The code of the kind, such as <c>member</c>.</param>
        /// <param name="facts">A JSON object of facts, in UTF-8.</param>
        /// <param name="policies">A JSON object of names of policies to options, in UTF-8; null for the defaults.</param>
        /// <returns>The result, as JSON in UTF-8.</returns>
        /// <exception cref="XeploaiException">As of <see cref="RateJson"/>, or <see cref="Status.Utf8"/>.</exception>
        public byte[] RateUtf8(string subject, byte[] facts, byte[] policies = null)
        {
            if (facts == null)
            {
                throw new ArgumentNullException("facts");
            }
            byte[] kind = Utf8.Required(subject, "subject");
            byte[] chosen = policies ?? Utf8.Optional(null);
            NativeMethods.Bytes result;
            IntPtr error;
            int status = NativeMethods.xeploai_rulebook_rate_json(
                Handle,
                kind, Utf8.Length(kind), facts, Utf8.Length(facts), chosen, Utf8.Length(chosen),
                out result, out error);
            return Call.Utf8Text(status, ref result, error);
        }

        /// <summary>A case of which nothing is known yet, for many subjects of a kind one after another.</summary>
        /// <param name="subject">The code of the kind, such as <c>member</c>.</param>
        /// <param name="policies">A JSON object of names of policies to options; null for the defaults.</param>
        /// <returns>The case, to be disposed of. It lives on when the rulebook is disposed of.</returns>
        /// <exception cref="XeploaiException">
        /// <see cref="Status.UnknownSubject"/>, <see cref="Status.Policy"/>, or <see cref="Status.Request"/> where the policies are
        /// no such object.
        /// </exception>
        public Case NewCase(string subject, string policies = null)
        {
            byte[] kind = Utf8.Required(subject, "subject");
            byte[] chosen = Utf8.Optional(policies);
            CaseHandle made;
            IntPtr error;
            int status = NativeMethods.xeploai_case_new(
                Handle, kind, Utf8.Length(kind), chosen, Utf8.Length(chosen), out made, out error);
            Call.Check(status, error);
            return new Case(made);
        }

        /// <summary>
        /// Rates every row of a table as its case alone would be rated: the same columns come out with the results behind them
        /// (<c>outcome</c>, <c>at_least</c>, <c>at_most</c>, <c>score</c>, <c>reasons</c>). It is rated as the result is read, in
        /// bounded memory.
        /// </summary>
        /// <param name="subject">The code of the kind, such as <c>member</c>.</param>
        /// <param name="table">The table, which is moved out, also where the call fails.</param>
        /// <param name="options">
        /// A JSON object: <c>policies</c>, <c>threads</c> (0: as many as the machine runs), <c>keep</c> (names of foreign columns that
        /// are nearly those of facts), <c>prefix</c> (of the names of the results); null for none of them.
        /// </param>
        /// <param name="callbacks">Callbacks, kept until the result is released; may be null.</param>
        /// <returns>The rated table, to be disposed of; errors and a stop come out of its reading.</returns>
        /// <exception cref="XeploaiException">
        /// <see cref="Status.Table"/> with everything that is wrong with the columns, <see cref="Status.UnknownSubject"/>,
        /// <see cref="Status.Policy"/>, <see cref="Status.Request"/>, or <see cref="Status.Stream"/>.
        /// </exception>
        public ArrowStream RateStream(string subject, ArrowStream table, string options = null, Callbacks callbacks = null)
        {
            if (table == null)
            {
                throw new ArgumentNullException("table");
            }
            CallbackRun run = CallbackRun.Of(callbacks);
            ArrowStream output = new ArrowStream(ArrowStream.With(run, table));
            try
            {
                RateStream(subject, table.Handle, options, run, output.Handle);
                return output;
            }
            catch (Exception)
            {
                output.Dispose();
                throw;
            }
        }

        /// <summary>The same with streams in the caller's memory, as a library of Arrow has them.</summary>
        /// <param name="subject">The code of the kind, such as <c>member</c>.</param>
        /// <param name="table">
        /// The <c>struct ArrowArrayStream</c> of the table, which is moved out, also where the call fails.
        /// </param>
        /// <param name="options">As of the other form.</param>
        /// <param name="callbacks">
        /// Callbacks, kept until the result is released; may be null. What they throw while somebody else reads the result ends
        /// its reading, and stands in <see cref="Callbacks.Exception"/>.
        /// </param>
        /// <param name="output">
        /// Where the <c>struct ArrowArrayStream</c> of the rated table goes, which the caller releases by its own <c>release</c>.
        /// </param>
        /// <exception cref="XeploaiException">As of the other form, or <see cref="Status.Null"/>.</exception>
        public void RateStream(string subject, IntPtr table, string options, Callbacks callbacks, IntPtr output)
        {
            CallbackRun run = CallbackRun.Of(callbacks);
            RateStream(subject, new ArrowStreamHandle(table), options, run, new ArrowStreamHandle(output));
        }

        private void RateStream(
            string subject, ArrowStreamHandle table, string options, CallbackRun run, ArrowStreamHandle output)
        {
            byte[] kind = Utf8.Required(subject, "subject");
            byte[] asked = Utf8.Optional(options);
            NativeMethods.CallbacksOfCaller[] native = CallbackRun.Native(run);
            bool kept = false;
            try
            {
                IntPtr error;
                int status = NativeMethods.xeploai_rulebook_rate_stream(
                    Handle, kind, Utf8.Length(kind), table, asked, Utf8.Length(asked), native, output, out error);
                Call.Check(status, error);
                if (run != null && run.Exception != null)
                {
                    // The log threw before there was anything to stop.
                    ArrowStreamHandle.ReleaseAt(output.Pointer());
                    CallbackRun.Rethrow(run);
                }
                kept = true;
            }
            finally
            {
                if (!kept)
                {
                    CallbackRun.Release(run);
                }
            }
        }

        /// <summary>
        /// Holds the quotas of a kind on a table that was rated: groups counted, those over left to the authority or, where a local
        /// policy says so, stepping down by its ranking. The whole table is in memory.
        /// </summary>
        /// <param name="subject">The code of the kind, such as <c>member</c>.</param>
        /// <param name="rated">The rated table, which is moved out, also where the call fails.</param>
        /// <param name="options">
        /// A JSON object: <c>policies</c>, <c>groups</c> (names of groupings to lists of columns), <c>rates</c> (objects with
        /// <c>quota</c>, <c>grouping</c>, <c>group</c>, <c>rate</c>, <c>decision</c>), <c>id</c> (the column of the ids),
        /// <c>invalid</c> (<c>open</c> or <c>left_out</c>), <c>prefix</c>, <c>threads</c>; null for none of them.
        /// </param>
        /// <param name="quotas">What each quota came to, group by group, as a JSON list.</param>
        /// <returns>The table after the quotas, to be disposed of.</returns>
        /// <exception cref="XeploaiException">
        /// <see cref="Status.Table"/> with everything that is wrong with the columns, <see cref="Status.UnknownSubject"/>,
        /// <see cref="Status.Policy"/>, <see cref="Status.Request"/>, <see cref="Status.Stream"/>, or <see cref="Status.Cancelled"/>
        /// where a callback of the rated table stopped it. What such a callback threw comes out as it is.
        /// </exception>
        public ArrowStream HoldStream(string subject, ArrowStream rated, string options, out string quotas)
        {
            if (rated == null)
            {
                throw new ArgumentNullException("rated");
            }
            ArrowStream output = new ArrowStream();
            try
            {
                quotas = HoldStream(subject, rated.Handle, options, output.Handle);
                return output;
            }
            catch (Exception failed)
            {
                output.Dispose();
                rated.Rethrow(failed);
                throw;
            }
        }

        /// <summary>The same with streams in the caller's memory, as a library of Arrow has them.</summary>
        /// <param name="subject">The code of the kind, such as <c>member</c>.</param>
        /// <param name="rated">The stream of the rated table, which is moved out, also where the call fails.</param>
        /// <param name="options">As of the other form.</param>
        /// <param name="output">Where the stream goes, which the caller releases.</param>
        /// <returns>What each quota came to, group by group, as a JSON list.</returns>
        /// <exception cref="XeploaiException">As of the other form, or <see cref="Status.Null"/>.</exception>
        public string HoldStream(string subject, IntPtr rated, string options, IntPtr output)
        {
            return HoldStream(subject, new ArrowStreamHandle(rated), options, new ArrowStreamHandle(output));
        }

        private string HoldStream(string subject, ArrowStreamHandle rated, string options, ArrowStreamHandle output)
        {
            byte[] kind = Utf8.Required(subject, "subject");
            byte[] asked = Utf8.Optional(options);
            NativeMethods.Bytes quotas;
            IntPtr error;
            int status = NativeMethods.xeploai_rulebook_hold_stream(
                Handle, kind, Utf8.Length(kind), rated, asked, Utf8.Length(asked), output, out quotas, out error);
            return Call.Text(status, ref quotas, error);
        }

        /// <summary>Counts a rated table by outcome and level.</summary>
        /// <param name="rated">The rated table, which is moved out, also where the call fails.</param>
        /// <param name="options">
        /// A JSON object: <c>by</c> (columns that make groups; <c>unit_id // 200</c> divides whole numbers), <c>decimals</c> (for
        /// shares of the levels among those rated), <c>prefix</c>, <c>threads</c>; null for none of them.
        /// </param>
        /// <returns>The counts, a row for each group, to be disposed of.</returns>
        /// <exception cref="XeploaiException">
        /// <see cref="Status.Table"/> where a column is missing, <see cref="Status.Request"/>, <see cref="Status.Stream"/>, or
        /// <see cref="Status.Cancelled"/> where a callback of the rated table stopped it. What such a callback threw comes out as it
        /// is.
        /// </exception>
        public ArrowStream TallyStream(ArrowStream rated, string options = null)
        {
            if (rated == null)
            {
                throw new ArgumentNullException("rated");
            }
            ArrowStream output = new ArrowStream();
            try
            {
                TallyStream(rated.Handle, options, output.Handle);
                return output;
            }
            catch (Exception failed)
            {
                output.Dispose();
                rated.Rethrow(failed);
                throw;
            }
        }

        /// <summary>The same with streams in the caller's memory, as a library of Arrow has them.</summary>
        /// <param name="rated">The stream of the rated table, which is moved out, also where the call fails.</param>
        /// <param name="options">As of the other form.</param>
        /// <param name="output">Where the stream of the counts goes, which the caller releases.</param>
        /// <exception cref="XeploaiException">As of the other form, or <see cref="Status.Null"/>.</exception>
        public void TallyStream(IntPtr rated, string options, IntPtr output)
        {
            TallyStream(new ArrowStreamHandle(rated), options, new ArrowStreamHandle(output));
        }

        private void TallyStream(ArrowStreamHandle rated, string options, ArrowStreamHandle output)
        {
            byte[] asked = Utf8.Optional(options);
            IntPtr error;
            int status = NativeMethods.xeploai_rulebook_tally_stream(
                Handle, rated, asked, Utf8.Length(asked), output, out error);
            Call.Check(status, error);
        }

        /// <summary>Frees it. Cases, cohorts and results that came of it live on.</summary>
        public void Dispose()
        {
            Handle.Dispose();
        }
    }
}
