namespace Xeploai
{
    /// <summary>The language of an explanation or a page.</summary>
    public enum Language
    {
        /// <summary>Vietnamese.</summary>
        Vietnamese = 0,
        /// <summary>English.</summary>
        English = 1,
    }
}
