using System;
using System.Globalization;
using System.Runtime.Serialization;

namespace Xeploai
{
    /// <summary>
    /// What went wrong in a call. What is wrong with the facts of a case or with a row of a table is no exception: the outcome
    /// is <see cref="Outcome.Invalid"/> and the result says why.
    /// </summary>
    /// <example><code>
    /// try
    /// {
    ///     Rulebook.Builtin("366");
    /// }
    /// catch (XeploaiException error) when (error.Status == Status.NotFound)
    /// {
    ///     Console.WriteLine(error.MessageVi);
    /// }
    /// </code></example>
    [Serializable]
    public sealed class XeploaiException : Exception
    {
        internal XeploaiException(Status status, string name, string place, string vi, string en, string json)
            : base(en)
        {
            Status = status;
            Name = name;
            Place = place;
            MessageVi = vi;
            Json = json;
        }

        private XeploaiException(SerializationInfo info, StreamingContext context)
            : base(info, context)
        {
            Status = (Status)info.GetInt32("XeploaiStatus");
            Name = info.GetString("XeploaiName");
            Place = info.GetString("XeploaiPlace");
            MessageVi = info.GetString("XeploaiVi");
            Json = info.GetString("XeploaiJson");
        }

        /// <summary>The same of a number that the caller gave with a sign and the library read without.</summary>
        internal XeploaiException Signed(uint number)
        {
            string found = number.ToString(CultureInfo.InvariantCulture);
            string given = unchecked((int)number).ToString(CultureInfo.InvariantCulture);
            // Below 2^31 both are the same; from there on, nothing else of the message is so large.
            return new XeploaiException(
                Status,
                Name,
                Place,
                MessageVi.Replace(found, given),
                MessageEn.Replace(found, given),
                Json.Replace(found, given));
        }

        /// <summary>What sort of failure it is.</summary>
        public Status Status { get; private set; }

        /// <summary>The same as a number, as <c>xeploai.h</c> has it.</summary>
        public int Code
        {
            get { return (int)Status; }
        }

        /// <summary>The stable name of the status, such as <c>unknown_subject</c>.</summary>
        public string Name { get; private set; }

        /// <summary>Where it is: an argument, a column, a JSON pointer; empty where it concerns the whole.</summary>
        public string Place { get; private set; }

        /// <summary>
        /// The message in Vietnamese. Only of what comes out of the reading of a stream, which says it in one language, is it the
        /// English one.
        /// </summary>
        public string MessageVi { get; private set; }

        /// <summary>The message in English, the same as <see cref="Exception.Message"/>.</summary>
        public string MessageEn
        {
            get { return Message; }
        }

        /// <summary>
        /// Everything as JSON: <c>status</c>, <c>name</c>, <c>place</c>, <c>message</c> (<c>vi</c>, <c>en</c>), and
        /// <c>faults</c>, each with <c>place</c>, <c>code</c> (stable) and <c>message</c>. Empty where the library cannot be
        /// asked.
        /// </summary>
        public string Json { get; private set; }

        /// <inheritdoc/>
        public override void GetObjectData(SerializationInfo info, StreamingContext context)
        {
            base.GetObjectData(info, context);
            info.AddValue("XeploaiStatus", (int)Status);
            info.AddValue("XeploaiName", Name);
            info.AddValue("XeploaiPlace", Place);
            info.AddValue("XeploaiVi", MessageVi);
            info.AddValue("XeploaiJson", Json);
        }
    }
}
