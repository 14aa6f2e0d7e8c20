using System;

namespace Xeploai
{
    /// <summary>What a table of a cohort holds.</summary>
    public enum TableKind
    {
        /// <summary>Subjects of a kind: the column <c>id</c>, facts, and columns named like relations.</summary>
        Subjects = 0,
        /// <summary>Relations, with the columns <c>subject</c>, <c>relation</c> and <c>object</c>.</summary>
        Relations = 1,
        /// <summary>Decisions of the authority.</summary>
        Decisions = 2,
    }

    /// <summary>
    /// Subjects of all kinds with their relations, to be rated together for one period. One thread at a time may use it: a second
    /// one is refused with <see cref="Status.Busy"/>.
    /// </summary>
    /// <example>A member that belongs to a cell:<code>
    /// string request = "{\"period_end\": \"2021-12-31\", \"subjects\": {"
    ///     + "\"party_organization\": [{\"id\": \"CB1\"}], \"member\": [{\"id\": \"DV1\", \"belongs_to\": \"CB1\"}]}}";
    /// using (Library library = Library.Builtin())
    /// using (Cohort cohort = Cohort.FromJson(library, request))
    /// using (RatedCohort rated = cohort.Rate())
    /// {
    ///     Console.WriteLine(rated.Explain("DV1", Language.Vietnamese));
    /// }
    /// </code></example>
    public sealed class Cohort : IDisposable
    {
        private readonly CohortHandle handle;

        private Cohort(CohortHandle handle)
        {
            this.handle = handle;
        }

        /// <summary>A cohort from JSON. Larger tables come by <see cref="Add(TableKind, string, ArrowStream)"/>.</summary>
        /// <param name="library">Where the rulebooks are looked for.</param>
        /// <param name="request">
        /// A JSON object: <c>period_end</c> (a day) and as far as they are wanted <c>on</c>, <c>province</c>, <c>policies</c>,
        /// <c>groups</c>, <c>rates</c>, <c>keep</c>, <c>contradictions</c>, <c>threads</c>, <c>columns</c>, <c>subjects</c> (kinds to
        /// lists of objects with <c>id</c>, facts and relations), <c>relations</c> and <c>decisions</c>.
        /// </param>
        /// <returns>The cohort, to be disposed of.</returns>
        /// <exception cref="XeploaiException"><see cref="Status.Request"/>: the request is not in order.</exception>
        public static Cohort FromJson(Library library, string request)
        {
            if (library == null)
            {
                throw new ArgumentNullException("library");
            }
            byte[] asked = Utf8.Required(request, "request");
            CohortHandle made;
            IntPtr error;
            int status = NativeMethods.xeploai_cohort_new(library.Handle, asked, Utf8.Length(asked), out made, out error);
            Call.Check(status, error);
            return new Cohort(made);
        }

        /// <summary>Adds a table of Arrow.</summary>
        /// <param name="table">What it holds.</param>
        /// <param name="kind">The code of the kind of the subjects; null for the other tables.</param>
        /// <param name="stream">The table, which is moved out, also where the call fails.</param>
        /// <exception cref="XeploaiException"><see cref="Status.Stream"/>: the stream is empty or fails.</exception>
        public void Add(TableKind table, string kind, ArrowStream stream)
        {
            if (stream == null)
            {
                throw new ArgumentNullException("stream");
            }
            try
            {
                Add(table, kind, stream.Handle);
            }
            catch (XeploaiException failed)
            {
                stream.Rethrow(failed);
                throw;
            }
        }

        /// <summary>The same with a stream in the caller's memory, as a library of Arrow has it.</summary>
        /// <param name="table">What it holds.</param>
        /// <param name="kind">The code of the kind of the subjects; null for the other tables.</param>
        /// <param name="stream">The <c>struct ArrowArrayStream</c>, which is moved out, also where the call fails.</param>
        /// <exception cref="XeploaiException"><see cref="Status.Stream"/>, or <see cref="Status.Null"/>.</exception>
        public void Add(TableKind table, string kind, IntPtr stream)
        {
            Add(table, kind, new ArrowStreamHandle(stream));
        }

        private void Add(TableKind table, string kind, ArrowStreamHandle stream)
        {
            byte[] of = Utf8.Optional(kind);
            IntPtr error;
            int status = NativeMethods.xeploai_cohort_add(handle, (int)table, of, Utf8.Length(of), stream, out error);
            Call.Check(status, error);
        }

        /// <summary>
        /// The stages in which the cohort would be rated, and what is wrong with it, as JSON: <c>stages</c>, <c>problems</c>.
        /// </summary>
        /// <returns>The JSON text.</returns>
        public string PlanJson()
        {
            NativeMethods.Bytes plan;
            IntPtr error;
            int status = NativeMethods.xeploai_cohort_plan(handle, out plan, out error);
            return Call.Text(status, ref plan, error);
        }

        /// <summary>
        /// Rates everybody; the cohort stays as it is. What is wrong with rows and relations is told in the result, and the rest is
        /// rated.
        /// </summary>
        /// <param name="callbacks">
        /// Callbacks; progress is told in subjects, kind by kind and stage by stage. What they throw is thrown again here. May be
        /// null.
        /// </param>
        /// <returns>The rated cohort, to be disposed of.</returns>
        /// <exception cref="XeploaiException">
        /// <see cref="Status.Table"/> with everything that is wrong with the columns, <see cref="Status.Policy"/>, or
        /// <see cref="Status.Cancelled"/> where a callback stopped it.
        /// </exception>
        public RatedCohort Rate(Callbacks callbacks = null)
        {
            CallbackRun run = CallbackRun.Of(callbacks);
            NativeMethods.CallbacksOfCaller[] native = CallbackRun.Native(run);
            try
            {
                RatedCohortHandle rated;
                IntPtr error;
                int status = NativeMethods.xeploai_cohort_rate(handle, native, out rated, out error);
                if (run != null && run.Exception != null)
                {
                    rated.Dispose();
                    NativeMethods.xeploai_error_free(error);
                    CallbackRun.Rethrow(run);
                }
                Call.Check(status, error);
                return new RatedCohort(rated);
            }
            finally
            {
                CallbackRun.Release(run);
            }
        }

        /// <summary>Frees it.</summary>
        public void Dispose()
        {
            handle.Dispose();
        }
    }
}
