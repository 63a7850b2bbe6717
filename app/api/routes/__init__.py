"""One module per group of paths."""

from app.api.routes import (
    batch_operations,
    cluster,
    deployments,
    documents,
    element_instances,
    evaluation,
    incidents,
    interventions,
    jobs,
    messages,
    process_definitions,
    process_instances,
    user_tasks,
    variables,
)

BLUEPRINTS = tuple(
    module.blueprint
    for module in (
        cluster,
        deployments,
        process_definitions,
        process_instances,
        interventions,
        batch_operations,
        element_instances,
        user_tasks,
        variables,
        messages,
        incidents,
        jobs,
        documents,
        evaluation,
    )
)
