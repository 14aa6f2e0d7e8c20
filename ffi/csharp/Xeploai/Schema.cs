using System;

namespace Xeploai
{
    /// <summary>The JSON Schemas of the documents that the library reads, for an editor.</summary>
    public static class Schema
    {
        /// <summary>The JSON Schema of a rulebook.</summary>
        public static string Rulebook
        {
            get { return Of(0); }
        }

        /// <summary>The JSON Schema of an overlay.</summary>
        public static string Overlay
        {
            get { return Of(1); }
        }

        private static string Of(int which)
        {
            About.Require();
            UIntPtr length;
            // Of static life: nothing to free.
            IntPtr text = NativeMethods.xeploai_schema(which, out length);
            return Utf8.Of(text, length);
        }
    }
}
