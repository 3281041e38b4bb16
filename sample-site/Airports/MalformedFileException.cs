namespace SampleSite.Airports;

/// <summary>A file that cannot be read as a table of airports. The message is for the person who sent it.</summary>
public sealed class MalformedFileException(string message, Exception? inner = null) : Exception(message, inner);
