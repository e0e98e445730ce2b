// The yardstick of engine_speed.py: the shortest generation loop that llama.cpp's C interface allows, against the same
// shared library that the product uses. The wheel carries no headers, so what is needed of llama.h (llama.cpp 0c1e57098)
// is declared here; engine_speed.py passes the sizes that the binding knows, and a difference does not compile.
//
// Usage: bare_loop MODEL N_CTX N_THREADS N_TOKENS PROMPT_TOKEN...   (prints two numbers a line: the nanoseconds that N_TOKENS tokens took on
// the clock, and the nanoseconds of the processor that this process took for them; all is done twice, the first time to
// warm up)
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <vector>

extern "C" {
struct llama_model;
struct llama_context;
struct llama_sampler;
struct llama_memory;

struct llama_model_params {
    void * devices, * tensor_buft_overrides;
    int32_t n_gpu_layers, split_mode, load_mode, lazy_mode, main_gpu;
    const float * tensor_split;
    void * progress_callback, * progress_callback_user_data, * kv_overrides;
    bool vocab_only, check_tensors, use_extra_bufts, no_host, no_alloc, load_mtp;
};

struct llama_context_params {
    uint32_t n_ctx, n_batch, n_ubatch, n_seq_max, n_rs_seq, n_outputs_max, n_outputs_max_per_seq;
    int32_t n_threads, n_threads_batch;
    int32_t ctx_type, rope_scaling_type, pooling_type, attention_type, flash_attn_type;
    float rope_freq_base, rope_freq_scale, yarn_ext_factor, yarn_attn_factor, yarn_beta_fast, yarn_beta_slow;
    uint32_t yarn_orig_ctx;
    float defrag_thold;
    void * cb_eval, * cb_eval_user_data;
    int32_t type_k, type_v;
    void * abort_callback, * abort_callback_data;
    bool embeddings, offload_kqv, no_perf, op_offload, swa_full, kv_unified;
    void * samplers;
    size_t n_samplers;
    void * ctx_other;
};

struct llama_batch {
    int32_t n_tokens;
    int32_t * token;
    float * embd;
    int32_t * pos, * n_seq_id, ** seq_id;
    int8_t * logits;
};

struct llama_sampler_chain_params {
    bool no_perf;
};

void llama_log_set(void (*callback)(int, const char *, void *), void * data);
void llama_backend_init(void);
llama_model_params llama_model_default_params(void);
llama_context_params llama_context_default_params(void);
llama_sampler_chain_params llama_sampler_chain_default_params(void);
llama_model * llama_model_load_from_file(const char * path, llama_model_params params);
llama_context * llama_init_from_model(llama_model * model, llama_context_params params);
llama_batch llama_batch_get_one(int32_t * tokens, int32_t n_tokens);
int32_t llama_decode(llama_context * context, llama_batch batch);
void llama_synchronize(llama_context * context);
llama_memory * llama_get_memory(const llama_context * context);
void llama_memory_clear(llama_memory * memory, bool data);
llama_sampler * llama_sampler_chain_init(llama_sampler_chain_params params);
void llama_sampler_chain_add(llama_sampler * chain, llama_sampler * sampler);
llama_sampler * llama_sampler_init_top_k(int32_t k);
llama_sampler * llama_sampler_init_top_p(float p, size_t min_keep);
llama_sampler * llama_sampler_init_min_p(float p, size_t min_keep);
llama_sampler * llama_sampler_init_temp(float t);
llama_sampler * llama_sampler_init_dist(uint32_t seed);
int32_t llama_sampler_sample(llama_sampler * chain, llama_context * context, int32_t index);
}

static_assert(sizeof(llama_model_params) == MODEL_PARAMS_SIZE, "llama_model_params has changed");
static_assert(sizeof(llama_context_params) == CONTEXT_PARAMS_SIZE, "llama_context_params has changed");
static_assert(sizeof(llama_batch) == BATCH_SIZE, "llama_batch has changed");

static void quiet(int, const char *, void *) {}

static llama_context * open_context(const char * path, uint32_t n_ctx, int n_threads) {
    llama_model * model = llama_model_load_from_file(path, llama_model_default_params());
    llama_context_params params = llama_context_default_params();
    params.n_ctx = n_ctx;
    params.n_batch = params.n_ubatch = n_ctx < 512 ? n_ctx : 512;
    params.n_seq_max = 1;
    params.n_outputs_max = 1;
    params.n_threads = params.n_threads_batch = n_threads;
    return model ? llama_init_from_model(model, params) : nullptr;
}

static llama_sampler * make_chain() {
    llama_sampler * chain = llama_sampler_chain_init(llama_sampler_chain_default_params());
    llama_sampler_chain_add(chain, llama_sampler_init_top_k(40));
    llama_sampler_chain_add(chain, llama_sampler_init_top_p(0.95f, 1));
    llama_sampler_chain_add(chain, llama_sampler_init_min_p(0.05f, 1));
    llama_sampler_chain_add(chain, llama_sampler_init_temp(0.7f));
    llama_sampler_chain_add(chain, llama_sampler_init_dist(1));
    return chain;
}

static long long processor_time() {
    timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static bool generate(llama_context * context, std::vector<int32_t> & prompt, int n_tokens) {
    llama_memory_clear(llama_get_memory(context), true);
    if (llama_decode(context, llama_batch_get_one(prompt.data(), (int32_t) prompt.size())) != 0) {
        return false;
    }
    llama_synchronize(context);
    llama_sampler * chain = make_chain();
    const long long processor_began = processor_time();
    const auto began = std::chrono::steady_clock::now();
    for (int i = 0; i < n_tokens; i++) {
        int32_t token = llama_sampler_sample(chain, context, -1);
        if (i + 1 < n_tokens && llama_decode(context, llama_batch_get_one(&token, 1)) != 0) {
            return false;
        }
    }
    const std::chrono::nanoseconds took = std::chrono::steady_clock::now() - began;
    printf("%lld %lld\n", (long long) took.count(), processor_time() - processor_began);
    return true;
}

int main(int argc, char ** argv) {
    if (argc < 6) {
        return 2;
    }
    const int n_tokens = atoi(argv[4]);
    std::vector<int32_t> prompt;
    for (int i = 5; i < argc; i++) {
        prompt.push_back(atoi(argv[i]));
    }
    llama_log_set(quiet, nullptr);
    llama_backend_init();
    llama_context * context = open_context(argv[1], atoi(argv[2]), atoi(argv[3]));
    return context && generate(context, prompt, n_tokens) && generate(context, prompt, n_tokens) ? 0 : 1;
}
