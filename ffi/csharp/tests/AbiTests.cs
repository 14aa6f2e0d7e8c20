using System;
using Xeploai;

/// <summary>The version of the interface.</summary>
public static class AbiTests
{
    public static void TheVersionIsThatOfTheHeader()
    {
        Expect.Same(About.ExpectedAbiVersion, About.AbiVersion);
        string header = Runner.Read("include/xeploai.h");
        Expect.True(header.IndexOf("#define XEPLOAI_ABI_VERSION " + About.ExpectedAbiVersion + "\n", StringComparison.Ordinal) > 0, "the ABI version of the header");
        Expect.True(header.IndexOf("#define XEPLOAI_VERSION \"" + About.Version + "\"\n", StringComparison.Ordinal) > 0, "the version of the header");
    }

    public static void AnotherVersionIsRefusedBeforeAnythingIsCalled()
    {
        About.Expected = 2;
        try
        {
            OtherAbi.EverythingIsRefused("the library has another binary interface: expected version 2, found 1");
        }
        finally
        {
            About.Expected = About.ExpectedAbiVersion;
        }
        using (Rulebook.Builtin("366-qd-tw")) { }
    }
}

/// <summary>Run beside a library that says it has another version, and has no other function at all.</summary>
internal static class OtherAbi
{
    internal static int Run()
    {
        EverythingIsRefused("the library has another binary interface: expected version 1, found 7");
        Console.WriteLine("C#: a library of another version is refused");
        return 0;
    }

    internal static void EverythingIsRefused(string message)
    {
        Action[] all =
        {
            () => Rulebook.Builtin("366-qd-tw"),
            () => Rulebook.Load("{}"),
            () => Library.Builtin(),
            () => Statistics.Ask("tally", "{}"),
            () => Expect.Same("", Schema.Overlay),
            () => Expect.Same("", Schema.Rulebook),
        };
        foreach (Action action in all)
        {
            XeploaiException error = Expect.Throws<XeploaiException>(action);
            Expect.Same(Status.AbiMismatch, error.Status);
            Expect.Same("abi_mismatch", error.Name);
            Expect.Same(message, error.Message);
            Expect.True(error.MessageVi.StartsWith("thư viện", StringComparison.Ordinal), error.MessageVi);
        }
    }
}
