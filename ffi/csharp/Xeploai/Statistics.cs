using System;

namespace Xeploai
{
    /// <summary>Counts and shares of what was rated, and the check of published tables.</summary>
    public static class Statistics
    {
        /// <summary>Answers a question of statistics.</summary>
        /// <param name="question">
        /// <c>tally</c> (counts and shares of rows), <c>years</c> (a series over years), <c>shares</c> (of counts), <c>form_6f</c>,
        /// <c>check_form_6f</c>, or <c>check_table</c> (a published table).
        /// </param>
        /// <param name="request">A JSON object, as the documentation of the statistics describes it.</param>
        /// <returns>The answer, as JSON.</returns>
        /// <exception cref="XeploaiException">
        /// <see cref="Status.InvalidArgument"/>: there is no such question. <see cref="Status.Request"/>: the request is not in
        /// order.
        /// </exception>
        /// <example>The shares of 8, 35 and 8 among all 51, to two decimals, a half rounded up:<code>
        /// string answer = Statistics.Ask("shares", "{\"parts\": [8, 35, 8]}");
        /// </code></example>
        public static string Ask(string question, string request)
        {
            byte[] what = Utf8.Required(question, "question");
            byte[] json = Utf8.Required(request, "request");
            About.Require();
            NativeMethods.Bytes answer;
            IntPtr error;
            int status = NativeMethods.xeploai_statistics(
                what, Utf8.Length(what), json, Utf8.Length(json), out answer, out error);
            return Call.Text(status, ref answer, error);
        }
    }
}
