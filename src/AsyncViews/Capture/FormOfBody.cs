using System.Security.Cryptography;
using AsyncViews.Submissions;
using Microsoft.AspNetCore.Http;

namespace AsyncViews.Capture;

/// <summary>Tells a form that was read from its request's body from one that the application put in its place.</summary>
internal static class FormOfBody
{
    /// <summary>Returns whether the request's form is what its body says. A body that was read before it could be read again says nothing.</summary>
    /// <param name="request">A request whose form is there already.</param>
    /// <param name="body">A body that can be read again.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async Task<bool> IsAsync(HttpRequest request, Stream body, CancellationToken cancellationToken)
    {
        if (!RebuiltForm.IsForm(request.ContentType))
            return false;

        body.Position = 0;
        var again = new DefaultHttpContext { Request = { Body = body, ContentType = request.ContentType } };
        AcceptedForm.Expect(again);
        try
        {
            var form = await request.ReadFormAsync(cancellationToken);
            return await AreSameAsync(form, await again.Request.ReadFormAsync(cancellationToken), cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException)
        {
            return false;
        }
    }

    private static async Task<bool> AreSameAsync(IFormCollection one, IFormCollection other, CancellationToken cancellationToken)
    {
        if (one.Count != other.Count || one.Files.Count != other.Files.Count || one.Any(field => other[field.Key] != field.Value))
            return false;

        foreach (var (file, same) in one.Files.Zip(other.Files))
        {
            if (file.Name != same.Name || file.FileName != same.FileName || file.Length != same.Length)
                return false;

            // One after the other: both may read from the same body.
            var hash = await HashAsync(file, cancellationToken);
            if (hash != await HashAsync(same, cancellationToken))
                return false;
        }

        return true;
    }

    private static async Task<string> HashAsync(IFormFile file, CancellationToken cancellationToken)
    {
        await using var content = file.OpenReadStream();
        return Convert.ToHexString(await SHA256.HashDataAsync(content, cancellationToken));
    }
}
