using System;

namespace Xeploai
{
    /// <summary>A cohort as it was rated. It never changes; any number of threads may use it.</summary>
    public sealed class RatedCohort : IDisposable
    {
        private const int OneAsJson = 0;
        private const int OneInWords = 1;
        private const int Everything = 2;

        private readonly RatedCohortHandle handle;

        internal RatedCohort(RatedCohortHandle handle)
        {
            this.handle = handle;
        }

        /// <summary>
        /// Everything that came out, as JSON: <c>stages</c>, <c>quotas</c>, <c>problems</c>, <c>findings</c>, <c>subjects</c>.
        /// </summary>
        /// <returns>The JSON text.</returns>
        public string ToJson()
        {
            return Text(Everything, string.Empty, Language.English);
        }

        /// <summary>The rating of one subject with all its findings, before the quotas, as JSON.</summary>
        /// <param name="id">The id of the subject.</param>
        /// <returns>The JSON text.</returns>
        /// <exception cref="XeploaiException"><see cref="Status.NotFound"/>: nobody has the id.</exception>
        public string RatingJson(string id)
        {
            return Text(OneAsJson, id, Language.English);
        }

        /// <summary>The rating of one subject in words, before the quotas, as it can be handed to the person rated.</summary>
        /// <param name="id">The id of the subject.</param>
        /// <param name="language">The language.</param>
        /// <returns>The text.</returns>
        /// <exception cref="XeploaiException"><see cref="Status.NotFound"/>: nobody has the id.</exception>
        public string Explain(string id, Language language)
        {
            return Text(OneInWords, id, language);
        }

        private string Text(int what, string id, Language language)
        {
            byte[] who = Utf8.Required(id, "id");
            NativeMethods.Bytes text;
            IntPtr error;
            int status = NativeMethods.xeploai_rated_cohort_text(
                handle, what, who, Utf8.Length(who), (int)language, out text, out error);
            return Call.Text(status, ref text, error);
        }

        /// <summary>The rows of a kind with their results, as a table of Arrow.</summary>
        /// <param name="kind">The code of the kind.</param>
        /// <returns>The table, to be disposed of. It lives on when the cohort is disposed of.</returns>
        /// <exception cref="XeploaiException"><see cref="Status.NotFound"/>: there is no such kind in the cohort.</exception>
        public ArrowStream Table(string kind)
        {
            ArrowStream output = new ArrowStream();
            try
            {
                Table(kind, output.Handle);
                return output;
            }
            catch (Exception)
            {
                output.Dispose();
                throw;
            }
        }

        /// <summary>The same into the caller's memory, as a library of Arrow has it.</summary>
        /// <param name="kind">The code of the kind.</param>
        /// <param name="output">
        /// Where the <c>struct ArrowArrayStream</c> goes, which the caller releases by its own <c>release</c>.
        /// </param>
        /// <exception cref="XeploaiException"><see cref="Status.NotFound"/>, or <see cref="Status.Null"/>.</exception>
        public void Table(string kind, IntPtr output)
        {
            Table(kind, new ArrowStreamHandle(output));
        }

        private void Table(string kind, ArrowStreamHandle output)
        {
            byte[] of = Utf8.Required(kind, "kind");
            IntPtr error;
            int status = NativeMethods.xeploai_rated_cohort_table(handle, of, Utf8.Length(of), output, out error);
            Call.Check(status, error);
        }

        /// <summary>Who would come out otherwise if facts were others, without rating all again.</summary>
        /// <param name="changes">A JSON object of ids to objects of facts; null makes a fact unknown.</param>
        /// <returns>
        /// A JSON list of those who would: <c>id</c>, <c>kind</c>, <c>before</c>, <c>after</c>, <c>through</c>.
        /// </returns>
        /// <exception cref="XeploaiException">
        /// <see cref="Status.Request"/>: the changes are no such object, or nobody has an id.
        /// </exception>
        public string WhatIf(string changes)
        {
            byte[] asked = Utf8.Required(changes, "changes");
            NativeMethods.Bytes list;
            IntPtr error;
            int status = NativeMethods.xeploai_rated_cohort_what_if(handle, asked, Utf8.Length(asked), out list, out error);
            return Call.Text(status, ref list, error);
        }

        /// <summary>Frees it. Tables that came of it live on.</summary>
        public void Dispose()
        {
            handle.Dispose();
        }
    }
}
