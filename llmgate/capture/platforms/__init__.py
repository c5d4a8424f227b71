"""What SDKs log in observability platforms → content of spans; Langfuse, LangSmith and Datadog keep it alike."""
