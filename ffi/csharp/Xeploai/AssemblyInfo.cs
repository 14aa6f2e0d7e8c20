using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Xeploai.Tests")]
