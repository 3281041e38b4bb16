using System.ComponentModel.DataAnnotations;
using AsyncViews.Running.Replay;
using Microsoft.AspNetCore.Mvc.ModelBinding.Validation;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace AsyncViews.Capture;

/// <summary>Leaves out the application's validation attributes that belong to the other pass of a POST, as <see cref="PageFilters"/> does with filters.</summary>
internal sealed class MarkedValidators : IMetadataBasedModelValidatorProvider
{
    public void CreateValidators(ModelValidatorProviderContext context)
    {
        foreach (var item in context.Results.Where(item => item.Validator is not null and not MarkedValidator))
        {
            if (item.ValidatorMetadata is ValidationAttribute attribute && attribute.GetType().Assembly != typeof(ValidationAttribute).Assembly)
                item.Validator = new MarkedValidator(item.Validator!, attribute.GetType());
        }
    }

    /// <summary>It adds none of its own.</summary>
    public bool HasValidators(Type modelType, IList<object> validatorMetadata) => false;

    private sealed class MarkedValidator(IModelValidator inner, Type attribute) : IModelValidator
    {
        public IEnumerable<ModelValidationResult> Validate(ModelValidationContext context) => IsLeftOut(context) ? [] : inner.Validate(context);

        private bool IsLeftOut(ModelValidationContext context)
        {
            if (context.ActionContext.ActionDescriptor is not CompiledPageActionDescriptor page || !ProcessPages.Contain(page))
                return false;

            var http = context.ActionContext.HttpContext;
            var (submissionOnly, runOnly) = FilterMarks.Of(page.HandlerTypeInfo).MarksOf(attribute);
            return http.Features.Get<ProcessContext>() is not null ? submissionOnly : runOnly && PageHandlers.IsSubmission(http.Request, page);
        }
    }
}
