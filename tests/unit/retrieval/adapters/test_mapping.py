from llmgate.retrieval.adapters import mapping


def test_vector_fields_are_found_inside_objects_and_told_alike_in_both_dialects():
    nested = {"properties": {"body": {"properties": {"v": {"type": "knn_vector", "dimension": 8, "space_type": "l2"}}}}}
    dense = {"properties": {"v": {"type": "dense_vector", "dims": 8, "similarity": "l2_norm"}}}
    assert mapping.vector_fields(nested) == {"body.v": {"type": "knn_vector", "dimension": 8, "metric": "l2"}}
    assert mapping.vector_fields(dense) == {"v": {"type": "dense_vector", "dimension": 8, "metric": "l2_norm"}}


def test_a_semantic_field_tells_which_model_embeds_it():
    found = mapping.vector_fields({"properties": {"s": {"type": "semantic_text", "inference_id": "my-elser"}}})
    assert found == {"s": {"type": "semantic_text", "inference_id": "my-elser"}}


def test_what_is_no_vector_and_what_is_nonsense_is_left_out():
    assert mapping.vector_fields({"properties": {"type": {"type": "keyword"}, "x": None, "y": []}}) == {}
    assert mapping.vector_fields({"properties": ["dense_vector"]}) == {}


def test_indices_that_differ_have_no_one_dimension():
    def index(dims):
        fields = {"properties": {"v": {"type": "dense_vector", "dims": dims, "similarity": "cosine"}}}
        return mapping.Index(settings=mapping.IndexSettings(index={"uuid": str(dims)}), mappings=fields)

    told = mapping.settings({"a": index(3), "b": index(4)}, "both")
    assert told["metric"] == "cosine"
    assert "dimension" not in told
