# The image of the action: hash-locked wheels in a virtual environment, no compiler, no package manager's leftovers.
# A release gives the base by its digest (docs/releasing.md).
ARG BASE=docker.io/library/python:3.13-slim-bookworm
FROM ${BASE} AS build
WORKDIR /build
COPY requirements.lock ./
RUN python -m venv /opt/llmgate \
 && /opt/llmgate/bin/pip install --no-cache-dir --disable-pip-version-check --no-compile \
      --require-hashes --only-binary=:all: -r requirements.lock
COPY llmgate /opt/llmgate/lib/python3.13/site-packages/llmgate
# What only developers of the libraries need, and the installer itself, stay behind.
RUN find /opt/llmgate/lib -type d \( -name tests -o -name test \) -prune -exec rm -rf {} + \
 && rm -rf /opt/llmgate/lib/python3.13/site-packages/pip* /opt/llmgate/bin/pip* /opt/llmgate/bin/activate* \
 && find /opt/llmgate/lib \( -name '*.py[cix]' -o -name '*.px[di]' -o -name '*.[cha]' -o -name '*.cpp' \) -delete

FROM ${BASE}
LABEL org.opencontainers.image.title="llmgate" \
      org.opencontainers.image.description="A CI gate for changes to prompts, model pins and retrieval settings" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /opt/llmgate /opt/llmgate
# A container starts from a clean file system every time, so the byte code of what a run imports is made here, once; and
# what a run needs is seen to be there.
RUN /opt/llmgate/bin/python -I -c "import llmgate.action, llmgate.sampling, llmgate.publish, llmgate.providers.transport, \
llmgate.providers.prices, llmgate.showing.keeping, llmgate.renderers.page, llmgate.targets.rendering_worker, llmgate.processes.applications, genai_prices, rapidfuzz, psycopg, tree_sitter_typescript" \
 && /opt/llmgate/bin/python -I -m llmgate.cli --version
# For `docker run --entrypoint llmgate`: other CI services run the command.
RUN printf '%s\n' '#!/opt/llmgate/bin/python -I' 'from llmgate.cli import main' 'main()' >/usr/local/bin/llmgate \
 && chmod 755 /usr/local/bin/llmgate \
 && llmgate --version
# GitHub runs container actions as root and mounts the workspace as the working directory; -I keeps both of them, and
# the home directory that all steps share, off the import path.
ENTRYPOINT ["/opt/llmgate/bin/python", "-I", "-m", "llmgate.action"]
