// The yardstick of engine.py: the shortest generation loop that llama.cpp's C interface allows, against the same
// shared library that the product uses. The wheel carries no headers, so what is needed of llama.h (llama.cpp 0c1e57098)
// is declared here; engine_sides.py passes the sizes that the binding knows, and a difference does not compile.
//
// Usage: bare_loop MODEL N_CTX N_THREADS N_TOKENS N_HELD COUNT... < PROMPT_TOKENS
// For each COUNT it evaluates as many tokens of the prompt after the first N_HELD, which the context holds before, then
// generates N_TOKENS, and prints a line: nanoseconds on the clock and of the processor when the prompt was evaluated,
// when the first token was there, and at the end. The first line is of a short reply that warms up.
#include <algorithm>
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

struct Clocks {
    long long clock, processor;

    static Clocks now() {
        const std::chrono::nanoseconds since = std::chrono::steady_clock::now().time_since_epoch();
        return {(long long) since.count(), processor_time()};
    }
};

static bool evaluate(llama_context * context, int32_t * tokens, int count) {
    for (int done = 0; done < count; done += 512) {
        if (llama_decode(context, llama_batch_get_one(tokens + done, std::min(512, count - done))) != 0) {
            return false;
        }
    }
    return true;
}

static bool reply(llama_context * context, std::vector<int32_t> & prompt, int n_held, int count, int n_tokens) {
    llama_memory_clear(llama_get_memory(context), true);
    llama_sampler * chain = make_chain();
    if (!evaluate(context, prompt.data(), n_held)) {
        return false;
    }
    llama_synchronize(context);
    const Clocks began = Clocks::now();
    if (!evaluate(context, prompt.data() + n_held, count)) {
        return false;
    }
    llama_synchronize(context);
    const Clocks evaluated = Clocks::now();
    int32_t token = llama_sampler_sample(chain, context, -1);
    const Clocks first = Clocks::now();
    for (int i = 1; i < n_tokens; i++) {
        if (llama_decode(context, llama_batch_get_one(&token, 1)) != 0) {
            return false;
        }
        token = llama_sampler_sample(chain, context, -1);
    }
    const Clocks ended = Clocks::now();
    for (const Clocks & moment : {evaluated, first, ended}) {
        printf("%lld %lld ", moment.clock - began.clock, moment.processor - began.processor);
    }
    printf("\n");
    return true;
}

int main(int argc, char ** argv) {
    if (argc < 7) {
        return 2;
    }
    const int n_tokens = atoi(argv[4]), n_held = atoi(argv[5]);
    std::vector<int32_t> prompt;
    int32_t token;
    while (scanf("%d", &token) == 1) {
        prompt.push_back(token);
    }
    llama_log_set(quiet, nullptr);
    llama_backend_init();
    llama_context * context = open_context(argv[1], atoi(argv[2]), atoi(argv[3]));
    bool is_good = context && reply(context, prompt, n_held, 8, 8);
    for (int i = 6; i < argc; i++) {
        const int count = std::min(atoi(argv[i]), (int) prompt.size() - n_held);
        is_good = is_good && reply(context, prompt, n_held, count, n_tokens);
    }
    return is_good ? 0 : 1;
}
