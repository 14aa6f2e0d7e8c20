using System;

namespace Xeploai
{
    /// <summary>
    /// Rulebooks among which the one in force is looked for. It never changes; any number of threads may use it.
    /// </summary>
    /// <example>The rulebook of a province on a day:<code>
    /// using (Library library = Library.Builtin())
    /// using (Rulebook rulebook = library.InForce("2021-12-31", "member", "nam-dinh"))
    /// {
    ///     Console.WriteLine(rulebook.Digest);
    /// }
    /// </code></example>
    public sealed class Library : IDisposable
    {
        internal readonly LibraryHandle Handle;

        private Library(LibraryHandle handle)
        {
            Handle = handle;
        }

        /// <summary>The library of the rulebooks that come with the package, every version of each.</summary>
        /// <returns>The library, to be disposed of.</returns>
        /// <exception cref="XeploaiException"><see cref="Status.AbiMismatch"/>: the native library does not fit.</exception>
        public static Library Builtin()
        {
            About.Require();
            LibraryHandle made;
            IntPtr error;
            Call.Check(NativeMethods.xeploai_library_builtin(out made, out error), error);
            return new Library(made);
        }

        /// <summary>
        /// A library with one more rulebook, such as a province's, which takes the place of every one of its id. This one stays
        /// as it is.
        /// </summary>
        /// <param name="rulebook">The rulebook.</param>
        /// <returns>The new library, to be disposed of.</returns>
        public Library With(Rulebook rulebook)
        {
            if (rulebook == null)
            {
                throw new ArgumentNullException("rulebook");
            }
            LibraryHandle made;
            IntPtr error;
            Call.Check(NativeMethods.xeploai_library_with(Handle, rulebook.Handle, out made, out error), error);
            return new Library(made);
        }

        /// <summary>The one rulebook that is in force on a day for a kind of subject.</summary>
        /// <param name="day">The day, <c>YYYY-MM-DD</c>.</param>
        /// <param name="subject">The code of the kind, such as <c>member</c>.</param>
        /// <param name="province">The province whose overlays apply; null for the central texts.</param>
        /// <returns>The rulebook, to be disposed of.</returns>
        /// <exception cref="XeploaiException">
        /// <see cref="Status.NotInForce"/>: there is none or more than one; the message names them.
        /// <see cref="Status.InvalidArgument"/>: the day is none.
        /// </exception>
        public Rulebook InForce(string day, string subject, string province = null)
        {
            byte[] on = Utf8.Required(day, "day");
            byte[] kind = Utf8.Required(subject, "subject");
            byte[] where = Utf8.Optional(province);
            RulebookHandle found;
            IntPtr error;
            int status = NativeMethods.xeploai_library_in_force(
                Handle, on, Utf8.Length(on), kind, Utf8.Length(kind), where, Utf8.Length(where), out found, out error);
            Call.Check(status, error);
            return new Rulebook(found);
        }

        /// <summary>
        /// The rulebooks as JSON: a list of objects with <c>id</c>, <c>version</c>, <c>digest</c>, <c>title</c>, <c>province</c>,
        /// <c>in_force</c> and <c>subjects</c>, in the order in which they came.
        /// </summary>
        /// <returns>The JSON text.</returns>
        public string ToJson()
        {
            NativeMethods.Bytes list;
            IntPtr error;
            int status = NativeMethods.xeploai_library_json(Handle, out list, out error);
            return Call.Text(status, ref list, error);
        }

        /// <summary>Frees it. Rulebooks and cohorts that came of it live on.</summary>
        public void Dispose()
        {
            Handle.Dispose();
        }
    }
}
